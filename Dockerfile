# The image of ccm-cert-monitor. Why it is as it is, how large, how to build and how to run it: docs/image.md.
ARG NODE_IMAGE=docker.io/library/node:24-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json ./
# Exactly what the lock file says, checked against its hashes; no package runs a script of its own.
RUN npm ci --ignore-scripts --no-audit --no-fund
# esbuild heeds tsconfig.json.
COPY LICENSE tsconfig.json ./
COPY scripts/build.js scripts/compile-ahead.js scripts/lean-libraries.js scripts/sbom.js scripts/
COPY src src
ARG REVISION=unknown
# Compiles the program, too, for its starts with this Node and this processor: program.cache.
RUN CCM_REVISION="${REVISION}" node scripts/build.js && node scripts/sbom.js

# The bundle leaves out one package, libsql: it loads a native binding, here the one for glibc and this architecture.
RUN mkdir -p /app/node_modules/@libsql /app/node_modules/@neon-rs \
 && cp -R node_modules/libsql node_modules/detect-libc /app/node_modules/ \
 && cp -R node_modules/@neon-rs/load /app/node_modules/@neon-rs/ \
 && cp -R node_modules/@libsql/linux-*-gnu* /app/node_modules/@libsql/ \
 && cp dist/main.js dist/package.json dist/program.js dist/program.cache dist/sbom.cdx.json dist/THIRD-PARTY-LICENSES.txt LICENSE /app/ \
 && chmod -R a=rX /app \
 && install -d -o 65532 -g 65532 /state

FROM ${NODE_IMAGE}
COPY --from=build /app /app
COPY --from=build --chown=65532:65532 /state /var/lib/ccm-cert-monitor
# The default of state.path, ./data/state.db, is then on the volume.
WORKDIR /var/lib/ccm-cert-monitor
VOLUME /var/lib/ccm-cert-monitor
ENV CCM_CONFIG=/etc/ccm-cert-monitor/config.yaml
USER 65532:65532
EXPOSE 10119
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "/app/main.js"]

ARG VERSION=unknown
ARG REVISION=unknown
ARG CREATED=unknown
LABEL org.opencontainers.image.title="ccm-cert-monitor" \
      org.opencontainers.image.description="Watches the certificates held in Huawei Cloud's Cloud Certificate Manager" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}"
