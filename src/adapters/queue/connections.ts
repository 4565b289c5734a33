import { Redis, type RedisOptions } from 'ioredis'

/** For a Redis that lacks a command Bull uses; see `test/support`. */
export type CreateClient = (type: 'client' | 'subscriber' | 'bclient', options: RedisOptions) => Redis

/** The connections of one user of them, who closes them together: Bull leaves those open that it did not make itself. */
export class Connections {
  readonly #create: CreateClient
  readonly #open: Redis[] = []

  constructor(redisUrl: string, createClient?: CreateClient) {
    this.#create = createClient ?? ((_type, options) => new Redis(redisUrl, options))
  }

  /** For commands that somebody waits for: they fail soon. */
  client(): Redis {
    return this.#keep(this.#create('client', { maxRetriesPerRequest: 1, connectTimeout: 1_800 }))
  }

  /** For what waits until something comes. */
  listener(): Redis {
    return this.#keep(this.#create('subscriber', PATIENT))
  }

  forBull(type: 'client' | 'subscriber' | 'bclient'): Redis {
    return this.#keep(this.#create(type, type === 'client' ? {} : PATIENT))
  }

  disconnect(): void {
    for (const connection of this.#open) connection.disconnect()
  }

  #keep(connection: Redis): Redis {
    this.#open.push(connection)
    // Without a listener ioredis prints every reconnect; failures surface where a command is waited for.
    return connection.on('error', () => undefined)
  }
}

const PATIENT: RedisOptions = { maxRetriesPerRequest: null, enableReadyCheck: false }
