// The caller's jobs, as the service lists them.
import * as api from './api'
import { find, hide, make } from './dom'

const words: Record<api.Job['state'], string> = { queued: 'waiting', running: 'running', succeeded: 'done', failed: 'failed', cancelled: 'cancelled' }

export class JobList {
  private readonly list = find<HTMLUListElement>('jobs')
  private readonly older = find<HTMLButtonElement>('older')
  private next: string | null = null
  private current: string | null = null

  constructor(private readonly open: (id: string) => void, private readonly onRemoved: (id: string) => void, private readonly onProblem: (failure: unknown) => void) {
    this.older.addEventListener('click', () => void this.loadOlder())
  }

  /** Loads the newest, or those behind; false where that failed. */
  async load(after?: string): Promise<boolean> {
    try {
      const page = await api.jobs(after)
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
      this.onProblem(failure)
      return false
    }
  }

  // Once, however often it is pressed meanwhile; not disabled, which would take the focus away.
  private async loadOlder(): Promise<void> {
    const after = this.next
    if (after === null) return
    this.next = null
    if (!(await this.load(after))) this.next = after
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
      make('button', { type: 'button', class: 'job', 'data-id': job.id, click: () => this.open(job.id) },
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
      this.onProblem(failure)
    }
    await this.load()
  }
}
