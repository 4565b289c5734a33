/** One answer of `git cat-file --batch`: a blob's content; undefined for what is not there, or no blob. */
export interface BatchAnswer {
  readonly id: string
  readonly blob?: Buffer
}

/** Reads what `git cat-file --batch` prints, in whatever pieces it comes: `<id> blob <size>\n<bytes>\n` or `<id> missing\n`. */
export class BatchAnswers {
  #chunks: Buffer[] = []
  #size = 0
  /** Bytes that the next answer takes at least. */
  #needed = 1

  /** The answers that this chunk completes. */
  push(chunk: Buffer): BatchAnswer[] {
    this.#chunks.push(chunk)
    this.#size += chunk.length
    const answers: BatchAnswer[] = []
    while (this.#size >= this.#needed) {
      const answer = this.#take(this.#joined())
      if (!answer) break
      answers.push(answer)
    }
    return answers
  }

  #take(all: Buffer): BatchAnswer | undefined {
    const headerEnd = all.indexOf(0x0a)
    const [id = '', type = '', size = ''] = all.toString('utf8', 0, Math.max(0, headerEnd)).split(' ')
    const start = headerEnd + 1
    const end = type === 'missing' ? start : start + Number(size) + 1
    if (headerEnd < 0 || all.length < end) {
      this.#keep(all, headerEnd < 0 ? all.length + 1 : end)
      return undefined
    }
    this.#keep(all.subarray(end), 1)
    return type === 'blob' ? { id, blob: all.subarray(start, end - 1) } : { id }
  }

  #joined(): Buffer {
    const [first] = this.#chunks
    return first && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks, this.#size)
  }

  #keep(rest: Buffer, needed: number): void {
    this.#chunks = [rest]
    this.#size = rest.length
    this.#needed = needed
  }
}
