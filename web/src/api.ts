// What the page asks the service for. Addresses are relative: the page may lie below a path.
import * as login from './login'
import { changed, Problem, type ProblemDetails, unreachable } from './problem'

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

async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response
  const authorized = await login.authorization()
  try {
    response = await fetch(path, { ...init, headers: { ...authorized, ...init.headers } })
  } catch (failure) {
    if (init.signal?.aborted) throw failure
    throw unreachable()
  }
  if (!response.ok)
    throw problemOf(response.status, await response.text(), response.headers.get('X-Request-Id') ?? '', response.headers.get('Retry-After'))
  return response
}

const json = async <T>(path: string, init: RequestInit = {}): Promise<T> => (await ask(path, init)).json() as Promise<T>

export const models = async (): Promise<Model[]> => (await json<{ models: Model[] }>('models')).models

/** In how many ways a model was measured, among which a quality chooses. */
export const measuredWays = async (model: string): Promise<number> =>
  Object.keys((await json<{ inference: { validationDice: Record<string, number> } }>(`models/${encodeURIComponent(model)}`)).inference.validationDice).length
export const jobs = (after?: string): Promise<{ jobs: Job[]; next: string | null }> => json(`jobs?limit=10${after ? `&after=${encodeURIComponent(after)}` : ''}`)
export const job = (id: string, signal?: AbortSignal): Promise<Job> => json(`jobs/${encodeURIComponent(id)}`, { signal })
export const remove = (id: string): Promise<Job> => json(`jobs/${encodeURIComponent(id)}`, { method: 'DELETE' })

/** Cancels a job; one that has ended meanwhile stays, with its results. */
export const cancel = (id: string): Promise<Job> => json(`jobs/${encodeURIComponent(id)}?only=open`, { method: 'DELETE' })
export const result = (id: string, output: string, signal?: AbortSignal): Promise<Response> => ask(`jobs/${encodeURIComponent(id)}/results/${output}`, { signal })

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

/** Looks at a job once a second until it has ended; what passes by itself is waited for. */
export async function follow(id: string, onChange: (job: Job) => void, onTrouble: (problem: Problem) => void, signal: AbortSignal): Promise<Job> {
  for (let failures = 0; ; ) {
    let wait = 1000
    try {
      const now = await job(id, signal)
      failures = 0
      onChange(now)
      if (now.ended) return now
    } catch (failure) {
      if (signal.aborted) throw failure
      const problem = Problem.from(failure)
      if (![0, 429, 500, 502, 503, 504].includes(problem.status)) throw problem
      failures++
      wait = Math.max(problem.retryAfter * 1000, Math.min(1000 * 2 ** failures, 15000))
      onTrouble(problem)
    }
    await new Promise((resolve) => setTimeout(resolve, wait))
    signal.throwIfAborted()
  }
}
