# Lockstep's server and worker. Sources run as they are: Node strips the types, there is no build.
FROM golang:1.26-bookworm AS builders
RUN CGO_ENABLED=0 GOBIN=/out go install -ldflags "-s -w" sigs.k8s.io/kustomize/kustomize/v5@v5.8.1
WORKDIR /renderer
COPY renderer ./
RUN CGO_ENABLED=0 go build -mod=readonly -trimpath -buildvcs=false -ldflags "-s -w" -o /out/lockstep-renderer .
RUN CGO_ENABLED=0 GOBIN=/out go install -ldflags "-s -w" helm.sh/helm/v3/cmd/helm@v3.22.0

FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts

FROM node:24-bookworm-slim
RUN apt-get update \
 && apt-get install --yes --no-install-recommends git ca-certificates util-linux tini \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=builders /out/kustomize /out/helm /usr/local/bin/
COPY --from=dependencies /app/node_modules node_modules
COPY --from=builders /out/lockstep-renderer renderer/lockstep-renderer
COPY package.json LICENSE ./
COPY bin bin
COPY src src
ENV NODE_ENV=production LOCKSTEP_CONFIG=/etc/lockstep/operator.yaml LOCKSTEP_CACHE=/var/lib/lockstep/cache
RUN mkdir -p /var/lib/lockstep && chown 10001:10001 /var/lib/lockstep
USER 10001:10001
EXPOSE 8080
ENTRYPOINT ["tini", "--", "/app/bin/lockstep"]
CMD ["serve"]
