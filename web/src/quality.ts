// What a job is to be made by, speed or accuracy, and what that comes to with a model.
import * as api from './api'
import { find } from './dom'

const words: Record<string, string> = {
  balanced: 'the quickest that comes near the most accurate',
  fast: 'the quickest, even where another is more accurate',
  best: 'the most accurate, however long it takes',
}

export class QualityChoice {
  private readonly choice = find<HTMLSelectElement>('quality')
  private model = ''
  private ways: number | null = null

  constructor() {
    this.choice.addEventListener('change', () => this.show())
  }

  get value(): string { return this.choice.value }

  /** Says what the choice comes to with a model, `name@version`; nothing while that is not known. */
  async fit(model: string): Promise<void> {
    if (model === this.model && this.ways !== null) return
    this.model = model
    this.ways = null
    this.show()
    const ways = model ? await api.measuredWays(model).catch(() => null) : null
    if (model !== this.model) return
    this.ways = ways
    this.show()
  }

  private show(): void {
    const { ways } = this
    find('quality-hint').textContent = ways === null
      ? ''
      : ways < 2
        ? 'This model was not measured in several ways: each choice gives the same.'
        : `Of ${ways} ways measured for this model, ${words[this.value]}. The result says which it was.`
  }
}
