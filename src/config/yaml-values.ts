// From YAML nodes to plain values, in one walk: repeated keys, aliases, and how large they would make the whole. Pure.
import { type Alias, isAlias, isMap, isNode, isScalar, isSeq, type Node } from 'yaml';

/** Values that may be walked, aliases counted each time: far more than any real file, far less than "billion laughs". */
const MAX_VALUES = 20_000_000;

export interface Walk {
  readonly value: unknown;
  /** What each alias stands for: the last anchor of its name that was complete before it. */
  readonly targets: ReadonlyMap<Alias, Node>;
  /** Offsets of keys that stand twice in one mapping. */
  readonly repeated: readonly number[];
  /** Offsets of aliases without such an anchor: also of one that would contain itself. */
  readonly dangling: readonly number[];
  readonly tooLarge: boolean;
}

interface Known {
  readonly node: Node;
  readonly value: unknown;
  readonly count: number;
}

/**
 * The library's own conversion refuses an anchor that is used more than a hundred times, which shared recipients easily
 * are, and looks through all anchors for each alias. Aliases share one value here, so only the counting has to be bounded.
 */
export function walkYaml(root: unknown): Walk {
  const anchors = new Map<string, Known>();
  const targets = new Map<Alias, Node>();
  const repeated: number[] = [];
  const dangling: number[] = [];
  let count = 0;

  function ofAlias(alias: Alias): unknown {
    const known = anchors.get(alias.source);
    if (known === undefined) {
      dangling.push(alias.range?.[0] ?? 0);
      return null;
    }
    targets.set(alias, known.node);
    count += known.count;
    return known.value;
  }

  function ofMap(items: readonly { key: unknown; value: unknown }[]): unknown {
    const value: Record<string, unknown> = {};
    for (const { key, value: inner } of items) {
      const name = String(isScalar(key) ? key.value : '');
      if (Object.hasOwn(value, name)) repeated.push(startOf(key) ?? 0);
      // An assignment to `__proto__` would set the prototype.
      Object.defineProperty(value, name, {
        value: of(inner),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
    return value;
  }

  function of(node: unknown): unknown {
    const before = count;
    count += 1;
    if (isAlias(node)) return ofAlias(node);
    const value = isMap(node)
      ? ofMap(node.items)
      : isSeq(node)
        ? node.items.map(of)
        : isScalar(node)
          ? node.value
          : null;
    if (isNode(node) && node.anchor !== undefined)
      anchors.set(node.anchor, { node, value, count: count - before });
    return value;
  }

  const value = of(root);
  return { value, targets, repeated, dangling, tooLarge: count > MAX_VALUES };
}

/** Where a node begins in the text, or null where it has no place there. */
export function startOf(node: unknown): number | null {
  return isNode(node) ? (node.range?.[0] ?? null) : null;
}
