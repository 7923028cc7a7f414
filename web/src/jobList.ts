// The caller's jobs, as the service lists them.
import * as api from './api'
import { find, hide, make } from './dom'
import { Problem } from './problem'

const words: Record<api.Job['state'], string> = { queued: 'waiting', running: 'running', succeeded: 'done', failed: 'failed', cancelled: 'cancelled' }

export class JobList {
  private readonly list = find<HTMLUListElement>('jobs')
  private readonly older = find<HTMLButtonElement>('older')
  private next: string | null = null
  private current: string | null = null
  private loads = 0
  private answered = 0
  private newest = Promise.resolve(true)
  private isLoadingOlder = false

  constructor(private readonly open: (id: string) => void, private readonly onRemoved: (id: string) => void, private readonly onProblem: (failure: unknown) => void) {
    this.older.addEventListener('click', () => void this.loadOlder())
  }

  /** Loads the newest; false where that failed. */
  load(): Promise<boolean> {
    this.newest = this.ask(++this.loads)
    return this.newest
  }

  // Shows the newest, or adds those behind them, unless the newest were asked for again meanwhile: their answer may be older, and the newer one has come or will.
  private async ask(number: number, after?: string): Promise<boolean> {
    try {
      const page = await api.jobs(after)
      if (number !== this.loads) return true
      this.answered = number
      const listed = after ? this.buttons().length : 0
      const focused = this.buttons().findIndex((button) => button === document.activeElement)
      const name = focused < 0 ? null : this.buttons()[focused]!.getAttribute('data-id')
      if (!after) this.list.replaceChildren()
      this.list.append(...page.jobs.map((job) => this.item(job)))
      find('no-jobs').hidden = this.list.childElementCount > 0
      if (focused >= 0) this.focus(name, focused)
      this.next = page.next
      if (page.next === null) hide(this.older, this.buttons()[listed] ?? find('no-jobs'))
      else this.older.hidden = false
      this.mark(this.current)
      return true
    } catch (failure) {
      if (number === this.loads) this.answered = number
      this.onProblem(failure)
      return false
    }
  }

  /** Whether it lists a job as what it is no longer, or may soon, by an answer that is on its way. */
  isBehind(job: api.Job): boolean {
    return this.answered < this.loads || this.buttons().some((button) => button.getAttribute('data-id') === job.id && (button.getAttribute('data-state') ?? job.state) !== job.state)
  }

  // Once, however often it is pressed meanwhile; not disabled, which would take the focus away.
  private async loadOlder(): Promise<void> {
    if (this.isLoadingOlder || this.next === null) return
    this.isLoadingOlder = true
    while (this.answered < this.loads) await this.newest
    if (this.next !== null) await this.ask(this.loads, this.next)
    this.isLoadingOlder = false
  }

  private readonly buttons = () => [...this.list.querySelectorAll('button')]

  // Of the same kind for the same job, or where that one was: who goes by the keyboard would else begin at the top of the page again.
  private focus(id: string | null, place: number): void {
    const buttons = this.buttons()
    const same = buttons.find((button, at) => at % 2 === place % 2 && button.getAttribute('data-id') === id)
    ;(same ?? buttons[Math.min(place, buttons.length - 1)] ?? find('no-jobs')).focus()
  }

  /** Shows which one is open. */
  mark(id: string | null): void {
    this.current = id
    for (const button of this.list.querySelectorAll('.job')) {
      if (button.getAttribute('data-id') === id) button.setAttribute('aria-current', 'true')
      else button.removeAttribute('aria-current')
    }
  }

  private item(job: api.Job): HTMLElement {
    const when = new Date(job.created).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })
    const warned = job.warnings.length > 0 ? `, ${job.warnings.length} ${job.warnings.length === 1 ? 'warning' : 'warnings'}` : ''
    return make('li', {},
      make('button', { type: 'button', class: 'job', 'data-id': job.id, 'data-state': job.state, click: () => this.open(job.id) },
        job.model.replace('@', ' '),
        make('small', {}, `${when}, `, make('span', { class: `state-${job.state}` }, words[job.state] + warned))),
      make('button', { type: 'button', class: 'remove', 'data-id': job.id, 'aria-label': `${job.ended ? 'Remove' : 'Cancel'} the job of ${when}`, click: () => void this.remove(job) }, '✕'))
  }

  private async remove(job: api.Job): Promise<void> {
    if (!confirm(job.ended ? 'Remove this job and its files from the service?' : 'Cancel this job?')) return
    try {
      // As it was listed, which is what was asked: one that has ended since is not removed with its results.
      await (job.ended ? api.remove(job.id) : api.cancel(job.id))
      if (job.ended) this.onRemoved(job.id)
    } catch (failure) {
      // It went in another way meanwhile, which is what was asked for.
      if (failure instanceof Problem && failure.status === 404) this.onRemoved(job.id)
      else this.onProblem(failure)
    }
    await this.load()
  }
}
