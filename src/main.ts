// The process edge: arguments, signals, exit code.
import { runProgram } from './commands/program.ts';

const stop = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    // A second one means now.
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
  });
}

// Foreign errors carry requests and headers: only their stack is printed, never the object.
process.on('uncaughtException', (error: unknown) => {
  process.stderr.write(`Unexpected error: ${error instanceof Error ? error.stack : 'not an error'}\n`);
  process.exit(1);
});

const ended = runProgram(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  interactive: process.stderr.isTTY === true,
  env: process.env,
  signal: stop.signal,
});
// Not awaited here: the program is compiled as a script (src/start.ts), and a script waits for nothing.
void ended.then((exitCode) => {
  process.exitCode = exitCode;
});
