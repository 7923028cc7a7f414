// What the page asks the service for. Addresses are relative: the page may lie below a path.
import * as login from './login'
import { answerOf, changed, Problem, type ProblemDetails, unreachable } from './problem'

export interface Label { value: number; name: string; colour?: string | null }
export interface Model { name: string; version: string; isDefault: boolean; state: 'loading' | 'ready' | 'failed'; labels: Label[] }
export interface Warning { slug: string; sentence: string }
export interface JobResult { output: string; mediaType: string; bytes: number; sha256: string }
export interface Job {
  id: string
  state: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled'
  model: string
  output: string
  created: string
  ended?: string | null
  expires?: string | null
  position?: number | null
  progress: number
  estimate?: number | null
  problem?: ProblemDetails | null
  results: JobResult[]
  warnings: Warning[]
}
export interface LabelReport {
  value: number
  name: string
  voxels: number
  volumeMl: number
  surfaceAreaMm2: number
  longestDiameterMm?: number | null
  largestInscribedRadiusMm?: number | null
  boundingBox?: { min: number[]; max: number[] } | null
  componentsFound: number
  componentsRemoved: number
}
export interface Report {
  model: { name: string; version: string }
  input: { shape: number[]; voxelSizeMm: number[]; orientation: string }
  labels: LabelReport[]
  headAgreement: number | null
  threshold: number
  inference: string
  tiles?: number
  device: string
  precision: string
  warnings: Warning[]
}

function problemOf(status: number, body: string, requestId: string, retryAfter: string | null): Problem {
  const wait = Number(retryAfter) || 0
  try {
    return Problem.of({ status, requestId, ...(JSON.parse(body) as ProblemDetails) }, wait)
  } catch {
    return new Problem(`The answer was HTTP ${status}`, 'It came without an explanation, perhaps from a proxy in between. Try again, or ask who runs the service.', status, requestId, wait)
  }
}

const pause = async (time: number, signal?: AbortSignal | null): Promise<void> => {
  await new Promise((resolve) => setTimeout(resolve, time))
  signal?.throwIfAborted()
}

// A body is read here: it may be cut off as the answer itself may not come.
async function askOnce<T>(path: string, read: (response: Response) => Promise<T>, init: RequestInit): Promise<T> {
  const authorized = await login.authorization()
  return answerOf(async () => {
    const response = await fetch(path, { ...init, headers: { ...authorized, ...init.headers } })
    if (!response.ok) throw problemOf(response.status, await response.text(), response.headers.get('X-Request-Id') ?? '', response.headers.get('Retry-After'))
    return read(response)
  })
}

// Whom the service allows few requests at once or in a minute may send the next in a moment, and is told of no refusal that is over before he has read it.
async function ask<T>(path: string, read: (response: Response) => Promise<T>, init: RequestInit = {}): Promise<T> {
  for (let refusals = 0; ; refusals++) {
    try {
      return await askOnce(path, read, init)
    } catch (failure) {
      if (!(failure instanceof Problem && failure.status === 429 && failure.retryAfter > 0 && failure.retryAfter <= 10 && refusals < 3)) throw failure
      await pause(failure.retryAfter * 1000, init.signal)
    }
  }
}

const json = <T>(path: string, init: RequestInit = {}): Promise<T> => ask(path, (response) => response.json() as Promise<T>, init)

export const models = async (): Promise<Model[]> => (await json<{ models: Model[] }>('models')).models

/** In how many ways a model was measured, among which a quality chooses. */
export const measuredWays = async (model: string): Promise<number> =>
  Object.keys((await json<{ inference: { validationDice: Record<string, number> } }>(`models/${encodeURIComponent(model)}`)).inference.validationDice).length
export const jobs = (after?: string): Promise<{ jobs: Job[]; next: string | null }> => json(`jobs?limit=10${after ? `&after=${encodeURIComponent(after)}` : ''}`)
export const job = (id: string, signal?: AbortSignal): Promise<Job> => json(`jobs/${encodeURIComponent(id)}`, { signal })
export const remove = (id: string): Promise<Job> => json(`jobs/${encodeURIComponent(id)}`, { method: 'DELETE' })

/** Cancels a job; one that has ended meanwhile stays, with its results. */
export const cancel = (id: string): Promise<Job> => json(`jobs/${encodeURIComponent(id)}?only=open`, { method: 'DELETE' })

const resultPath = (id: string, output: string) => `jobs/${encodeURIComponent(id)}/results/${output}`
export const report = (id: string, signal: AbortSignal): Promise<Report> => json(resultPath(id, 'report'), { signal })
export const result = (id: string, output: string, signal: AbortSignal): Promise<ArrayBuffer> => ask(resultPath(id, output), (response) => response.arrayBuffer(), { signal })

/** A result as a file with the name that the service gives it. */
export const file = (id: string, output: string): Promise<{ name: string; content: Blob }> => ask(resultPath(id, output), async (response) => ({
  name: /filename="?([^";]+)"?/.exec(response.headers.get('Content-Disposition') ?? '')?.[1] ?? output,
  content: await response.blob(),
}))

/** Sends files as a job. By the key, sending again after a lost answer gives the same job. */
export async function submit(files: Blob[], query: URLSearchParams, idempotencyKey: string, onProgress: (share: number) => void, signal: AbortSignal): Promise<Job> {
  const authorized = await login.authorization()
  signal.throwIfAborted()
  const form = new FormData()

  // What a file is called says at times whose it is, and the service goes by the content alone.
  files.forEach((file, index) => form.append('volume', file, `file-${index + 1}`))
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', `jobs?${query}`)
    for (const [name, value] of Object.entries({ ...authorized, 'Idempotency-Key': `"${idempotencyKey}"` })) request.setRequestHeader(name, value)
    request.upload.onprogress = (event) => onProgress(event.lengthComputable ? event.loaded / event.total : 0)
    request.onload = () =>
      request.status === 202
        ? resolve(JSON.parse(request.responseText) as Job)
        : reject(problemOf(request.status, request.responseText, request.getResponseHeader('X-Request-Id') ?? '', request.getResponseHeader('Retry-After')))
    request.onerror = () => void lostOf(files).then((lost) => reject(lost ? changed() : unreachable()))
    request.onabort = () => reject(new DOMException('The upload was cancelled.', 'AbortError'))
    signal.addEventListener('abort', () => request.abort())
    request.send(form)
  })
}

// A file that is no longer as it was when it was chosen cannot be read, which the browser tells in the same words as that nobody answers.
const lostOf = async (files: Blob[]): Promise<boolean> => {
  for (const file of files) if (!(await file.slice(0, 1).arrayBuffer().catch(() => null))) return true
  return false
}

/** Told of what a request waits for to pass; of null when it has. */
export type OnTrouble = (problem: Problem | null) => void

/** Asks until there is an answer, or a refusal for good: what passes by itself is waited for. */
export async function patiently<T>(request: () => Promise<T>, onTrouble: OnTrouble, signal: AbortSignal): Promise<T> {
  for (let failures = 0; ; ) {
    try {
      const answer = await request()
      if (failures > 0) onTrouble(null)
      return answer
    } catch (failure) {
      signal.throwIfAborted()
      if (!(failure instanceof Problem && [0, 429, 500, 502, 503, 504].includes(failure.status))) throw failure
      failures++
      onTrouble(failure)
      await pause(Math.max(failure.retryAfter * 1000, Math.min(1000 * 2 ** failures, 15000)), signal)
    }
  }
}

/** Looks at a job until it has ended: once a second, and the longer it takes the less often, up to once in ten. */
export async function follow(id: string, onChange: (job: Job) => void, onTrouble: OnTrouble, signal: AbortSignal): Promise<Job> {
  const start = performance.now()
  for (;;) {
    const now = await patiently(() => job(id, signal), onTrouble, signal)
    onChange(now)
    if (now.ended) return now
    await pause(Math.min(Math.max((performance.now() - start) / 10, 1000), 10_000), signal)
  }
}
