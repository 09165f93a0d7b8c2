import { describe, expect, it } from 'vitest';
import { dockerfileBuild } from './dockerfile-build.ts';
import { ownSettings } from './dockerfile-settings.ts';
import { readStages } from './dockerfile-stages.ts';

const DIGEST = `sha256:${'1'.repeat(64)}`;
const BASE = { entrypoint: ['docker-entrypoint.sh'], command: ['node'], volumes: ['/base'], workingDirectory: '/srv', environment: ['HOME_OF=/home', 'EMPTY='] };

function settings(text: string): object {
  return ownSettings(readStages(text, 'Dockerfile'), 'Dockerfile', () => BASE);
}

/** What the builder gets. */
function built(text: string): readonly string[] {
  const stages = readStages(text, 'Dockerfile');
  const { files } = dockerfileBuild({ dockerfile: 'Dockerfile', network: false, images: stages.images.map((image) => ({ image, digest: DIGEST })), entrypoint: ['a'], command: [], workingDirectory: '/', volumes: [] }, {
    template: { name: 'dockerfile', version: '1' }, packageRoot: `${import.meta.dirname}/../..`, stages, files: [{ path: 'Dockerfile', content: new Uint8Array(), executable: false }], content: '', architecture: 'amd64',
    referenceOf: (image) => `mirror.test/${image}`,
  });
  return new TextDecoder().decode(files[0]?.content).trim().split('\n');
}

describe('[N9] a Dockerfile of a folder\'s own', () => {
  it('is built from images as this engine knows them, labelled in each stage, without volumes, health checks and mounted caches', () => {
    expect(built([
      '# syntax=docker/dockerfile:1', 'ARG NODE=24', 'FROM --platform=$BUILDPLATFORM node:${NODE}-slim AS Build', 'WORKDIR /app', 'COPY --link package.json ./',
      'RUN --mount=type=cache,target=/root/.npm npm ci \\', '  # a comment between', '  && npm run build', '', 'FROM node:${NODE}-slim', 'COPY --from=build /app /app', 'COPY --from=ghcr.io/a/b:1 /uv /bin/',
      'VOLUME /data', 'HEALTHCHECK CMD true', 'USER node', 'ENTRYPOINT ["node", "/app/x.js"]',
    ].join('\r\n'))).toEqual([
      'ARG NODE="24"', 'FROM mirror.test/node:24-slim AS build', 'LABEL io.cc-mcp.recipe="" io.cc-mcp.version=""', 'WORKDIR /app', 'COPY package.json ./', 'RUN npm ci   && npm run build',
      'FROM mirror.test/node:24-slim AS cc-mcp-stage-1', 'LABEL io.cc-mcp.recipe="" io.cc-mcp.version=""', 'COPY --from=build /app /app', 'COPY --from=mirror.test/ghcr.io/a/b:1 /uv /bin/',
      'USER node', 'ENTRYPOINT ["node", "/app/x.js"]',
    ]);
  });

  it('names every image that it takes something from, its own base first', () => {
    expect(readStages('FROM golang:1.27 AS build\nFROM scratch AS empty\nFROM build\nFROM debian:trixie\nCOPY --from=build /a /a\nCOPY --from=busybox /b /b\n', 'Dockerfile').images).toEqual(['debian:trixie', 'golang:1.27', 'busybox']);
  });

  it.each([
    ['FROM a\n', { entrypoint: ['docker-entrypoint.sh'], command: ['node'], workingDirectory: '/srv', volumes: ['/base'] }],
    ['FROM a\nCMD ["x"]\n', { entrypoint: ['docker-entrypoint.sh'], command: ['x'], workingDirectory: '/srv', volumes: ['/base'] }],
    ['FROM a\nENTRYPOINT ["x", "y"]\n', { entrypoint: ['x', 'y'], command: [], workingDirectory: '/srv', volumes: ['/base'] }],
    ['FROM a\nCMD ["c"]\nENTRYPOINT x $Y\n', { entrypoint: ['/bin/sh', '-c', 'x $Y'], command: ['c'], workingDirectory: '/srv', volumes: ['/base'] }],
    ['FROM a\nSHELL ["/bin/bash", "-c"]\nENTRYPOINT x\n', { entrypoint: ['/bin/bash', '-c', 'x'], command: [], workingDirectory: '/srv', volumes: ['/base'] }],
    ['ARG D=/d\nFROM a\nARG D\nENV E=$D/e F="f g"\nWORKDIR app\nWORKDIR ${E}\nVOLUME ["/v/$F", "${HOME_OF}/x"]\nVOLUME /one $D ${EMPTY:-/three}\n', { entrypoint: ['docker-entrypoint.sh'], command: ['node'], workingDirectory: '/d/e', volumes: ['/base', '/d', '/home/x', '/one', '/three', '/v/f g'] }],
    ['FROM a AS b\nWORKDIR /w\nCMD ["x"]\nFROM b\nENTRYPOINT ["y"]\n', { entrypoint: ['y'], command: [], workingDirectory: '/w', volumes: ['/base'] }],
    ['FROM a AS b\nVOLUME /gone\nFROM a\nCOPY --from=b / /\nENTRYPOINT []\nCMD node x\n', { entrypoint: [], command: ['/bin/sh', '-c', 'node x'], workingDirectory: '/srv', volumes: ['/base'] }],
  ])('%j starts as its image would', (text, expected) => expect(settings(text)).toEqual(expected));

  it.each([
    ['LABEL io.cc-mcp.recipe=forged', /label/], ['LABEL a=b "io.cc-mcp.home"=x', /label/], ['LABEL io."cc-mcp".x=1', /label/], ['ARG K=io.cc-mcp\nLABEL $K.recipe=x', /label/], ['LABEL io.cc\\-mcp.x 1', /label/],
    ['ADD http://169.254.169.254/latest /x', /plain paths/], ['ADD ["http:\\u002f\\u002f127.0.0.1", "/x"]', /plain paths/], ['ARG U=http://127.0.0.1\nADD $U /x', /plain paths/], ['ADD ht"tp://127.0.0.1/ /x', /plain paths/], ['ADD git@host:x /x', /plain paths/],
    ['RUN --mount=type=secret,id=npm cat /run/secrets/npm', /--mount=type=secret/], ['RUN --mount=type=ssh git clone x', /--mount=type=ssh/], ['RUN --mount=from=node,target=/x ls', /--mount=from/],
    ['RUN --network=host curl x', /--network=host/], ['RUN --security=insecure x', /--security/], ['COPY --chmod=755 a b', /--chmod/], ['COPY --from=cc-mcp/postgres-mcp:1 / /', /cc-mcp made/], ['COPY --from=$X / /', /not an image/], ['COPY --from=3 / /', /not before it/],
    ['ONBUILD RUN x', /ONBUILD/], ['RUN cat <<EOF\nx\nEOF', /here-document/], ['COPY <<EOF /x\nx\nEOF', /here-document/], ['RUN a \\\\\nADD http://x /y', /two backslashes/], ['INCLUDE x', /not known/], ['RUN a\u0007', /control characters/],
  ])('%j is refused in one line that names it', (text, why) => {
    const refused = expect.objectContaining({ code: 'REFUSED', message: expect.stringMatching(/^Line \d+ of Dockerfile /) });
    expect(() => readStages(`FROM a\n${text}\n`, 'Dockerfile')).toThrow(refused);
    expect(() => readStages(`FROM a\n${text}\n`, 'Dockerfile')).toThrow(why);
  });

  it.each([
    ['# escape=`\nFROM a', /escape/], ['RUN x\nFROM a', /before any FROM/], ['ARG A', /name no image/], ['FROM scratch\nCOPY a /a', /scratch/], ['FROM --platform=linux/s390x a', /platform/], ['FROM $UNSET', /not an image/], ['FROM a b c', /not understood/],
    ['FROM ../a', /not an image/], ['FROM cc-mcp/fetch:1', /cc-mcp made/],
  ])('%j is refused', (text, why) => expect(() => readStages(text, 'Dockerfile')).toThrow(why));

  it('says which variable of the builder it does not know where a folder follows from it', () => {
    expect(() => settings('FROM a\nWORKDIR ${X#y}\n')).toThrow('Line 2 of Dockerfile is a WORKDIR that is not understood');
  });
});
