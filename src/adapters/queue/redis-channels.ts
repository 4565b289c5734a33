import type { Redis } from 'ioredis'

/** Tells what is published. */
export interface Channels {
  /** Answers how to stop listening. */
  listen(channel: string, hear: (message: string) => void): Promise<() => Promise<void>>
}

/** Messages of many channels over one connection, which is made when somebody listens for the first time. */
export function createChannels(connect: () => Redis): Channels {
  const heard = new Map<string, (message: string) => void>()
  let connection: Redis | undefined
  return {
    async listen(channel, hear) {
      heard.set(channel, hear)
      connection ??= connect().on('message', (from, message) => heard.get(from)?.(message))
      await connection.subscribe(channel)
      return async () => {
        if (heard.get(channel) !== hear) return
        heard.delete(channel)
        await connection?.unsubscribe(channel)
      }
    },
  }
}
