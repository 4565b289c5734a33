import { describe, expect, test } from '@jest/globals'
import { Circuit } from '../../../src/adapters/kubernetes/circuit.ts'

/** Three requests that began together and were not answered, at 5 s. */
function tripped(): Circuit {
  const circuit = new Circuit()
  for (let request = 0; request < 3; request++) circuit.failed(circuit.admit(0), 0, 5_000)
  return circuit
}

describe('a server that answers nobody', () => {
  test('is asked by one request every two seconds, and all others fail at once', () => {
    const circuit = tripped()
    expect([circuit.admit(5_000), circuit.admit(6_999)]).toEqual(['fail', 'fail'])
    expect([circuit.admit(7_000), circuit.admit(7_000)]).toEqual(['probe', 'fail'])
    circuit.failed('probe', 7_000, 12_000)
    expect([circuit.admit(13_999), circuit.admit(14_000)]).toEqual(['fail', 'probe'])
  })

  test('is asked as ever once it answered', () => {
    const circuit = tripped()
    circuit.answered(circuit.admit(7_000))
    expect([circuit.admit(7_001), circuit.admit(7_001)]).toEqual(['send', 'send'])
  })

  test('is asked by another when the one that tried was given up', () => {
    const circuit = tripped()
    circuit.abandoned(circuit.admit(7_000))
    expect(circuit.admit(7_001)).toBe('probe')
  })
})

describe('requests go on', () => {
  test('while a server restarts: many fail at once, but not for long', () => {
    const circuit = new Circuit()
    for (let request = 0; request < 50; request++) circuit.failed(circuit.admit(100), 100, 200)
    expect(circuit.admit(1_500)).toBe('send')
  })

  test('where one of them fails again and again, and others are answered', () => {
    const circuit = new Circuit()
    for (let at = 0; at < 100_000; at += 10_000) {
      circuit.failed(circuit.admit(at), at, at + 9_000)
      circuit.answered(circuit.admit(at + 9_500))
    }
    expect(circuit.admit(100_000)).toBe('send')
  })
})
