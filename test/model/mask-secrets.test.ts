import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createMask, maskSecret } from '../../src/model/mask-secrets.ts'
import { configMap, secret } from '../support/manifests.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')

describe('a Secret’s value is hidden wherever it turns up', () => {
  const value = 'p@ss "word" 10%/é'
  const mask = createMask([secret('db', { stringData: { password: value } })])
  test.each([
    ['as it stands', value],
    ['base64', base64(value)],
    ['base64 without padding', base64(value).replace(/=+$/, '')],
    ['base64 for URLs', Buffer.from(value).toString('base64url')],
    ['in a URL', encodeURIComponent(value)],
    ['in a URL with small hex', encodeURIComponent(value).replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase())],
    ['in a form', encodeURIComponent(value).replace(/%20/g, '+')],
    ['in JSON', JSON.stringify(value).slice(1, -1)],
    ['hex', Buffer.from(value).toString('hex')],
    ['hex in capitals', Buffer.from(value).toString('hex').toUpperCase()],
    ['in a URL, strictly', encodeURIComponent(`${value}!'()*`).slice(0, -5)],
    ['base64 in a URL', encodeURIComponent(base64(value))],
    ['in JSON of ASCII only', JSON.stringify(value).slice(1, -1).replace('é', '\\u00e9')],
    ['in JSON inside JSON', JSON.stringify(JSON.stringify(value).slice(1, -1)).slice(1, -1)],
  ])('%s', (_, form) => {
    expect(mask.text(`before ${form} after`)).toBe('before *** after')
  })
})

describe('what counts as a value', () => {
  test('data is decoded, also when wrapped over lines', () => {
    const long = 'correct horse battery staple '.repeat(4).trim()
    const wrapped = base64(long).replace(/.{70}/g, '$&\n')
    const mask = createMask([secret('db', { data: { phrase: wrapped } })])
    expect(mask.text(`a ${long} b ${base64(long)} c`)).toBe('a *** b *** c')
  })

  test('a trailing newline from a file does not save a value', () => {
    const mask = createMask([secret('db', { data: { token: base64('s3cr3t-token\n') } })])
    expect(mask.text('token=s3cr3t-token.')).toBe('token=***.')
  })

  test('each line of a key file is hidden by itself', () => {
    const mask = createMask([secret('tls', { stringData: { key: 'HEADERLINE\nMIIEowIBAAKCAQEA\nFOOTERLINE\n' } })])
    expect(mask.text('    MIIEowIBAAKCAQEA\n')).toBe('    ***\n')
  })

  test('bytes that are no text are hidden as base64', () => {
    const bytes = Buffer.from([0xff, 0xfe, 0x00, 0x80, 0x81])
    const mask = createMask([secret('key', { data: { raw: bytes.toString('base64') } })])
    expect(mask.text(`x ${bytes.toString('base64')} y`)).toBe('x *** y')
  })

  test('data that is not base64, numbers and what was applied last are hidden too', () => {
    const lastApplied = JSON.stringify({ apiVersion: 'v1', kind: 'Secret', data: { a: base64('yesterday') } })
    const body = secret('odd', { data: { a: 'not base64!', b: 12345678 } })
    const live = {
      ...body.body,
      metadata: { name: 'odd', annotations: { 'kubectl.kubernetes.io/last-applied-configuration': lastApplied } },
    }
    const mask = createMask([{ ...body, body: live }])
    expect(mask.text('not base64! 12345678 yesterday')).toBe('*** *** ***')
  })

  test('other kinds have no secrets', () => {
    expect(createMask([configMap('open', { motd: 'welcome here' })]).text('welcome here')).toBe('welcome here')
  })
})

describe('parts of a value are hidden where they are secrets by themselves', () => {
  test.each<[string, string, string, string]>([
    [
      'the password of an address',
      'postgres://shop:hunter%212@db.example.com/shop',
      'hunter%212 hunter!2 shop',
      '*** *** shop',
    ],
    ['what a configuration calls a password', 'host: db\npassword: "hunter22"\n', 'db hunter22', 'db ***'],
    ['the same in an env file', 'HOST=db\nexport API_TOKEN=hunter22\n', 'db hunter22', 'db ***'],
    [
      'a registry’s login',
      JSON.stringify({ auths: { 'ghcr.io': { auth: base64('bot:hunter22') } } }),
      `ghcr.io bot hunter22 ${base64('bot:hunter22')}`,
      'ghcr.io bot *** ***',
    ],
    ['what looks like chance between separators', 'eu:kX93jd82LmQ0z:prod', 'eu kX93jd82LmQ0z prod', 'eu *** prod'],
  ])('%s', (_, value, text, shown) => {
    expect(createMask([secret('s', { stringData: { value } })]).text(text)).toBe(shown)
  })

  test('at any place of a longer base64, and over several lines of it', () => {
    const mask = createMask([secret('s', { stringData: { token: 'correct-horse-battery-staple' } })])
    for (const before of ['', 'a', 'ab', 'user:']) {
      const text = base64(`${before}correct-horse-battery-staple and more`)
      expect(Buffer.from(mask.text(text).replace('***', ''), 'base64').toString()).not.toMatch(/horse|battery/)
      expect(mask.text(`x:\n  ${text.replace(/.{10}/g, '$&\n  ')}`)).not.toMatch(/[a-zA-Z0-9]{10}\n.*[a-zA-Z0-9]{10}\n/)
    }
  })

  test('the frame of a key file is public', () => {
    const mask = createMask([
      secret('s', { stringData: { key: '-----BEGIN KEY-----\nMIIEowIBAAKCAQEA\n-----END KEY-----' } }),
    ])
    expect(mask.text('-----BEGIN KEY-----')).toBe('-----BEGIN KEY-----')
    expect(mask.text('MIIEowIBAAKCAQEA')).toBe('***')
  })
})

describe('Secrets that are not as usual', () => {
  test('a misspelt field is hidden in the Secret and elsewhere', () => {
    const { key, body } = secret('s', {})
    const odd = { ...body, stringdata: { a: 'hunter22' } }
    expect(maskSecret(odd)).toEqual({ ...body, stringdata: { a: '***' } })
    expect(createMask([{ key, body: odd }]).text('hunter22')).toBe('***')
  })

  test('a Secret inside of a template is one', () => {
    const { key, body } = configMap('template', {})
    const template = { ...body, objects: [secret('s', { stringData: { a: 'hunter22' } }).body] }
    expect(createMask([{ key, body: template }]).text('hunter22')).toBe('***')
  })

  test('a value as long as a file is found as it is, in JSON and in base64', () => {
    const value = Array.from({ length: 9_000 }, (_, i) => `line ${i} of "many"`).join('\n')
    const mask = createMask([secret('s', { stringData: { value } })])
    for (const form of [value, JSON.stringify(value).slice(1, -1), base64(value)]) {
      expect(mask.text(`a ${form} b`)).toBe('a *** b')
    }
  })
})

describe('short and public values', () => {
  test('short values are hidden where they stand alone, not inside words', () => {
    const mask = createMask([secret('pin', { stringData: { pin: '42' } })])
    expect(mask.text('pin: 42, port 4280, "42"')).toBe('pin: ***, port 4280, "***"')
  })

  test('a single character is hidden nowhere: the holes would tell which it is', () => {
    const mask = createMask([secret('pin', { stringData: { pin: '5' } })])
    expect(mask.text('replicas: 5')).toBe('replicas: 5')
  })

  test('empty and yes/no values hide nothing', () => {
    const mask = createMask([secret('flags', { stringData: { empty: '', on: 'true' } })])
    expect(mask.text('enabled: true')).toBe('enabled: true')
  })

  test('words that everybody sees anyway stay readable', () => {
    const mask = createMask(
      [secret('db', { stringData: { database: 'checkout', password: 'hunter22' } })],
      ['checkout'],
    )
    expect(mask.text('Deployment/checkout hunter22')).toBe('Deployment/checkout ***')
  })
})

test('overlapping values leave no end standing', () => {
  const mask = createMask([secret('pair', { stringData: { a: 'abcdXYZ', b: 'XYZ1234' } })])
  expect(mask.text('<abcdXYZ1234>')).toBe('<***>')
})

test('no canary of many survives in any text it is put into', () => {
  const canary = fc.string({ unit: 'grapheme', minLength: 4, maxLength: 40 }).map((text) => `cnry${text}`)
  const around = fc.string({ unit: 'grapheme', maxLength: 30 })
  fc.assert(
    fc.property(fc.array(canary, { minLength: 1, maxLength: 20 }), around, (values, text) => {
      const half = values.length / 2
      const data = Object.fromEntries(values.slice(0, half).map((value, i) => [`d${i}`, base64(value)]))
      const stringData = Object.fromEntries(values.slice(half).map((value, i) => [`s${i}`, value]))
      const masked = createMask([secret('all', { data, stringData })]).text(
        values.map((value) => text + value + base64(value) + encodeURIComponent(value)).join(text),
      )
      for (const value of values) {
        expect(masked).not.toContain(value)
        expect(masked).not.toContain(base64(value))
        expect(masked).not.toContain(encodeURIComponent(value))
      }
    }),
  )
})

test('a masked Secret keeps its keys and shows no value', () => {
  const { body } = secret('db', { data: { user: base64('root') }, stringData: { password: 'hunter22' } })
  expect(maskSecret(body)).toEqual({ ...body, data: { user: '***' }, stringData: { password: '***' } })
  const { body: open } = configMap('open', { a: 'b' })
  expect(maskSecret(open)).toBe(open)
})
