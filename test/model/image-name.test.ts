import { describe, expect, test } from '@jest/globals'
import { imagePlace, isImageName, isImageTag } from '../../src/model/image-name.ts'

describe('the place of an image', () => {
  test.each([
    ['ghcr.io/acme/web', 'ghcr.io', 'acme/web'],
    ['127.0.0.1:5000/web', '127.0.0.1:5000', 'web'],
    ['localhost/web', 'localhost', 'web'],
    ['Registry.Example.com/web', 'registry.example.com', 'web'],
    ['redis', 'docker.io', 'library/redis'],
    ['acme/web', 'docker.io', 'acme/web'],
    ['docker.io/redis', 'docker.io', 'library/redis'],
    ['docker.io/acme/web', 'docker.io', 'acme/web'],
    ['index.docker.io/acme/web', 'docker.io', 'acme/web'],
  ])('%s is %s, %s', (name, host, path) => {
    expect(isImageName(name)).toBe(true)
    expect(imagePlace(name)).toEqual({ host, path })
  })
})

test.each([
  'web:1.2',
  'Web',
  'web@sha256:0',
  '../web',
  'a//b',
  'https://ghcr.io/web',
  'web ',
  '',
  `${'a/'.repeat(200)}a`,
])('"%s" is no name of an image', (name) => expect(isImageName(name)).toBe(false))

test.each([
  ['1.2.3', true],
  ['_x', true],
  ['x'.repeat(128), true],
  ['x'.repeat(129), false],
  ['.x', false],
  ['-x', false],
  ['a b', false],
  ['a\n', false],
  ['', false],
])('%j as a tag: %s', (tag, isTag) => expect(isImageTag(tag)).toBe(isTag))
