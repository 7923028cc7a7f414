// What goes wrong, in words for people.

export interface ProblemDetails { type?: string; title?: string; status?: number; detail?: string; requestId?: string }

/** A refusal of the service (RFC 9457), or what kept the page from reaching it. */
export class Problem extends Error {
  constructor(readonly title: string, readonly detail: string, readonly status = 0, readonly requestId = '', readonly retryAfter = 0) {
    super(`${title}: ${detail}`)
  }

  static of(details: ProblemDetails, retryAfter = 0): Problem {
    return new Problem(details.title ?? 'The request was refused', details.detail ?? '', details.status ?? 0, details.requestId ?? '', retryAfter)
  }

  static from(failure: unknown): Problem {
    return failure instanceof Problem ? failure : new Problem('Something on this page went wrong', failure instanceof Error ? failure.message : String(failure))
  }
}

export const unreachable = () =>
  new Problem('The service cannot be reached', 'Nothing answers at this address. Check the network, and that the service is running; jobs that were accepted go on without this page.')

/**
 * What a request is answered. Browsers have one kind of failure where nobody answers and where the answer is cut off, and another where it is no answer of the
 * service, such as a network's own page of login.
 */
export async function answerOf<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request()
  } catch (failure) {
    throw failure instanceof TypeError || failure instanceof SyntaxError ? unreachable() : failure
  }
}

export const changed = () =>
  new Problem('A file can no longer be read', 'It was changed, moved or removed since it was chosen. Choose the scan again, then send it.')

/**
 * What the files are called that a refusal names by their numbers, which are those of the files as they were sent. Of one alone everybody knows, and in a zip the
 * numbers are of what is in it.
 */
export function filesOf({ detail }: Problem, names: string[]): string[] {
  if (names.length < 2) return []
  const damaged = /damaged: number (.*)\. Send/.exec(detail)?.[1] ?? ''
  const numbers = new Set([...detail.matchAll(/\bfile (\d+)/gi), ...damaged.matchAll(/(\d+) \(/g)].map((match) => Number(match[1])))
  return [...numbers].flatMap((number) => (names[number - 1] === undefined ? [] : [`File ${number} is ${names[number - 1]}`]))
}
