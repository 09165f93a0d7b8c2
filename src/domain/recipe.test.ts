import { expect, test } from 'vitest';
import { recipeHash, resolutionKey } from './recipe.ts';
import type { Recipe, ResolutionRequest } from './recipe.ts';

const RECIPE: Recipe = {
  template: 'node', templateVersion: '1', baseImage: 'node:24-slim', baseDigest: 'sha256:00', systemPackages: ['git', 'ffmpeg'], entrypoint: ['/a', '/b'], dependencyLock: 'ff', scripts: false,
};
const REQUEST: ResolutionRequest = {
  type: 'npm', package: '@s/p', version: '1.0.0', overrides: ['a@1', 'b@2'], bin: '', baseImage: 'node:24-slim', baseDigest: 'sha256:00', template: 'node', templateVersion: '1', scripts: false, systemPackages: [],
};

test('a recipe hash is stable: this one stands in locks', () => {
  expect(recipeHash(RECIPE)).toBe('fe71fd77df13f5eee22e42ea3aeed15a47e50d2f5e2ef0b62d46834c7e7ed009');
  expect(resolutionKey(REQUEST)).toBe('e97aec0d8688beb661b4a000061375ff036fc4948536837f6b980be09bd69c3b');
});

test('the order of packages and overrides does not matter, and what is beside a recipe does not count', () => {
  expect(recipeHash({ ...RECIPE, systemPackages: ['ffmpeg', 'git'] })).toBe(recipeHash(RECIPE));
  expect(recipeHash({ ...RECIPE, mirror: 'https://host' } as Recipe)).toBe(recipeHash(RECIPE));
  expect(resolutionKey({ ...REQUEST, overrides: ['b@2', 'a@1'] })).toBe(resolutionKey(REQUEST));
});

const FOLDER: Recipe = { ...RECIPE, tree: 'aa' };

test.each(Object.keys(FOLDER))('another %s gives another recipe', (key) => {
  expect(recipeHash({ ...FOLDER, [key]: key === 'scripts' ? true : ['x'] } as unknown as Recipe)).not.toBe(recipeHash(FOLDER));
});

const OF_FOLDER: ResolutionRequest = { ...REQUEST, tree: 'aa', asOf: '2025-05-16' };

test.each(Object.keys(OF_FOLDER))('another %s gives another resolution', (key) => {
  expect(resolutionKey({ ...OF_FOLDER, [key]: key === 'scripts' ? true : ['x'] } as unknown as ResolutionRequest)).not.toBe(resolutionKey(OF_FOLDER));
});
