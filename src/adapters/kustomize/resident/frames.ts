import type { BuildRequest } from '../builder.ts'

/** A frame is its length in bytes (32 bits, big-endian) and as many bytes. renderer/frames.go is the other end. */
const LENGTH_BYTES = 4

/** What the resident renderer reads: a frame of JSON, then one for each file with its content, or the target of the link. */
export function requestFrames({ overlay, files }: Pick<BuildRequest, 'overlay' | 'files'>): Buffer {
  const header = { overlay, files: files.map(({ path, mode }) => ({ path, link: mode === '120000' })) }
  const frames = [Buffer.from(JSON.stringify(header)), ...files.map(({ content }) => content)]
  return Buffer.concat(frames.flatMap((frame) => [lengthOf(frame), frame]))
}

function lengthOf(frame: Buffer): Buffer {
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeUInt32BE(frame.length)
  return length
}

/** Puts the frames of a stream together again. */
export class FrameReader {
  #chunks: Buffer[] = []
  #size = 0

  /** Bytes of the frame that is under way; 0 while that is not known yet. */
  announced = 0

  /** Answers the frames that this chunk completes. */
  push(chunk: Buffer): Buffer[] {
    this.#chunks.push(chunk)
    this.#size += chunk.length
    const frames: Buffer[] = []
    for (let frame = this.#next(); frame !== undefined; frame = this.#next()) frames.push(frame)
    return frames
  }

  #next(): Buffer | undefined {
    this.announced = 0
    if (this.#size < LENGTH_BYTES) return undefined
    this.announced = this.#peekLength()
    if (this.#size < LENGTH_BYTES + this.announced) return undefined
    const all = this.#joined()
    const end = LENGTH_BYTES + this.announced
    this.#chunks = [all.subarray(end)]
    this.#size = all.length - end
    return all.subarray(LENGTH_BYTES, end)
  }

  #peekLength(): number {
    if ((this.#chunks[0]?.length ?? 0) < LENGTH_BYTES) this.#chunks = [this.#joined()]
    return this.#chunks[0]?.readUInt32BE(0) ?? 0
  }

  #joined(): Buffer {
    return this.#chunks.length === 1 && this.#chunks[0] ? this.#chunks[0] : Buffer.concat(this.#chunks)
  }
}
