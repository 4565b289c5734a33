import { readFile, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { readProcesses } from '../preview/processes.ts'

const LOOK_MS = 20

/** The most memory a process had resident since it began, or since `forgetPeak`, in bytes; undefined where it has ended. */
export async function peakMemory(pid: number): Promise<number | undefined> {
  return statusOf(pid, 'VmHWM')
}

/** What it has resident now, in bytes. */
export async function residentMemory(pid: number): Promise<number | undefined> {
  return statusOf(pid, 'VmRSS')
}

/** Begins anew with what is resident now. */
export async function forgetPeak(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/clear_refs`, '5')
}

/** Follows a process until it ends; the answer is its peak as last seen. */
export async function followPeak(pid: number): Promise<number> {
  let peak = 0
  for (;;) {
    const now = await peakMemory(pid)
    if (now === undefined) return peak
    peak = now
    await sleep(LOOK_MS)
  }
}

async function statusOf(pid: number, name: string): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1]
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024
}

/** Peaks of everything a process started, directly or not, in megabytes by the program's name; of one name the sum. */
export async function descendantPeaks(pid: number): Promise<Record<string, number>> {
  const peaks: Record<string, number> = {}
  for (const child of (await readProcesses(pid)).slice(1)) {
    const name = (await readFile(`/proc/${child}/comm`, 'utf8').catch(() => '')).trim()
    const bytes = await peakMemory(child)
    if (name && bytes !== undefined) peaks[name] = Math.round((peaks[name] ?? 0) + bytes / 1024 ** 2)
  }
  return peaks
}
