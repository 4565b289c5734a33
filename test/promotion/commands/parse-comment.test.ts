import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseComment } from '../../../src/promotion/commands/parse-comment.ts'

const parsed = (body: string) => parseComment(body).commands
const command = (fields: object) => [{ kind: 'command', command: fields }]

describe('commands', () => {
  const promote = { name: 'promote', applications: [], all: false, dryRun: false }
  test.each<[string, object]>([
    ['/promote', promote],
    ['/PROMOTE', promote],
    ['/promote prod', { ...promote, environment: 'prod' }],
    ['/promote prod checkout cart', { ...promote, environment: 'prod', applications: ['checkout', 'cart'] }],
    ['/promote prod --all', { ...promote, environment: 'prod', all: true }],
    [
      '/promote --dry-run prod  checkout',
      { ...promote, environment: 'prod', applications: ['checkout'], dryRun: true },
    ],
    ['/rollback prod', { name: 'rollback', environment: 'prod' }],
    ['/rollback prod checkout', { name: 'rollback', environment: 'prod', application: 'checkout' }],
    ['/rollback prod checkout to #12', { name: 'rollback', environment: 'prod', application: 'checkout', to: '#12' }],
    ['/rollback prod to 0123abc', { name: 'rollback', environment: 'prod', to: '0123abc' }],
    [
      '/rollback prod checkout to #3 --reason errors at payment',
      { name: 'rollback', environment: 'prod', application: 'checkout', to: '#3', reason: 'errors at payment' },
    ],
    ['/heal prod', { name: 'heal', environment: 'prod' }],
    ['/heal prod checkout', { name: 'heal', environment: 'prod', application: 'checkout' }],
    ['/plan', { name: 'plan' }],
    ['/why', { name: 'why' }],
    ['/why prod', { name: 'why', environment: 'prod' }],
    ['/why prod checkout', { name: 'why', environment: 'prod', application: 'checkout' }],
    ['/hold', { name: 'hold' }],
    ['/hold for the meeting', { name: 'hold', reason: 'for the meeting' }],
    ['/hold until 2h30m for the meeting', { name: 'hold', until: '2h30m', reason: 'for the meeting' }],
    ['/hold until Mon 08:00 Europe/Berlin', { name: 'hold', until: 'Mon 08:00 Europe/Berlin' }],
    ['/unhold', { name: 'unhold' }],
    ['/lock prod', { name: 'lock', environment: 'prod' }],
    ['/lock all until 2h incident 42', { name: 'lock', environment: 'all', until: '2h', reason: 'incident 42' }],
    ['/lock prod incident', { name: 'lock', environment: 'prod', reason: 'incident' }],
    [
      '/lock prod until 2026-11-21 18:00 Europe/Berlin sale',
      { name: 'lock', environment: 'prod', until: '2026-11-21 18:00 Europe/Berlin', reason: 'sale' },
    ],
    ['/unlock prod', { name: 'unlock', environment: 'prod' }],
    ['/unlock all --reason it is over', { name: 'unlock', environment: 'all', reason: 'it is over' }],
    ['/history prod', { name: 'history', environment: 'prod' }],
    ['/history prod checkout', { name: 'history', environment: 'prod', application: 'checkout' }],
    ['/resume prod checkout', { name: 'resume', environment: 'prod', application: 'checkout' }],
    ['/confirm-prune 0123ABCD', { name: 'confirm-prune', revision: '0123abcd' }],
    ['/cancel', { name: 'cancel' }],
    ['/help  ', { name: 'help' }],
    ['Looks good.\n\n/promote\n', promote],
    ['/promote\r\nthanks', promote],
  ])('%j', (body, fields) => {
    expect(parsed(body)).toEqual(command(fields))
  })

  test.each([
    'please /promote',
    ' /promote',
    '> /promote',
    '  > /promote',
    '```\n/promote\n```',
    '~~~sh\n/promote\n```\n/promote\n~~~',
    '````\n```\n/promote\n````',
    '<!-- /promote -->',
    '<!--\n/promote\n-->',
    'text <!-- a\n/promote',
    '`/promote`',
    '//promote',
    '/ promote',
    '/promote:prod',
    '/lgtm',
    '/assign @ana',
    '/etc/passwd',
    '',
  ])('%j is no command', (body) => {
    expect(parsed(body)).toEqual([])
  })

  test.each([
    ['```\nx\n```\n/plan', 1],
    ['<!-- x -->\n/plan', 1],
    ['<!-- a\nb -->\n/plan', 1],
    ['> quoted\n\n/plan', 1],
    ['/plan\n/help', 2],
  ])('%j holds %d', (body, count) => {
    expect(parsed(body)).toHaveLength(count)
  })

  test.each([
    '/promote --force',
    '/promote --all',
    '/promote prod cart --all',
    '/rollback',
    '/rollback prod a b',
    '/rollback prod to',
    '/rollback prod to main',
    '/rollback prod --force',
    '/heal',
    '/lock',
    '/lock prod until',
    '/lock prod until tomorrow',
    '/hold until the meeting',
    '/unlock prod now',
    '/unlock all --reason',
    '/history',
    '/history prod a b',
    '/resume',
    '/unlock',
    '/plan now',
    '/confirm-prune',
    '/confirm-prune main',
    '/why a b c',
    '/help me',
  ])('%j is answered with how it is written', (body) => {
    expect(parsed(body)).toMatchObject([{ kind: 'usage', usage: expect.stringMatching(/^\//) }])
  })

  test.each([
    ['/promot', 'promote'],
    ['/rolback prod', 'rollback'],
    ['/confirm-prun abc', 'confirm-prune'],
  ])('%j suggests /%s', (body, nearest) => {
    expect(parsed(body)).toMatchObject([{ kind: 'unknown', nearest }])
  })

  test.each([
    '/hotfix prod --reason x',
    '/drop cart',
    '/adopt prod',
  ])('%j says that it is not available yet', (body) => {
    expect(parsed(body)).toMatchObject([{ kind: 'unavailable' }])
  })

  test('more than five are told apart from five', () => {
    expect(parseComment('/help\n'.repeat(5)).tooMany).toBe(false)
    expect(parseComment('/help\n'.repeat(6)).tooMany).toBe(true)
  })

  test('no text makes the parser fail, and nothing inside a fence is ever a command', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        parseComment(text)
        expect(parsed(`\`\`\`\n${text.replaceAll('`', "'").replaceAll('\r', ' ')}\n\`\`\``)).toEqual([])
      }),
    )
  })
})
