// The page: choose a scan, send it as a job, follow the job, show what it made. The address names the job, so that a reload loses nothing.
import * as api from './api'
import { find, hide, make } from './dom'
import { dropped, picked, sample, type Selection } from './files'
import { JobList } from './jobList'
import * as login from './login'
import { ModelChoice } from './model'
import { filesOf, Problem } from './problem'
import { endProgress, showProgress } from './progress'
import { QualityChoice } from './quality'
import { ResultPanel } from './result'

let selection: Selection | null = null
let choosing = ''
let choices = 0

// Of the jobs that were sent from here: who looks at a refusal knows files by their names, which the service is not told.
const namesSent = new Map<string, string[]>()
let work = new AbortController()
let upload: AbortController | null = null
let submission = ''
let isFetching = false
let isCancelling = false

const quality = new QualityChoice()
const model = new ModelChoice((chosen) => void quality.fit(chosen))
const result = new ResultPanel(() => model.all, showProblem)
const list = new JobList(goTo, leave, showProblem)
const start = find<HTMLButtonElement>('start')
const drop = find('drop')

function showProblem(failure: unknown, names: string[] = []): void {
  if (failure instanceof DOMException && failure.name === 'AbortError') return
  let problem: Problem | null = Problem.from(failure)
  if (problem.status === 401) {
    problem = login.refused(problem)
    showHeld()
    find('locked').hidden = false
    if (!problem) return
  }
  const wait = problem.retryAfter > 0 ? make('p', {}, `Try again in ${problem.retryAfter} seconds.`) : ''
  const id = problem.requestId ? make('p', { class: 'soft' }, `Request ${problem.requestId}`) : ''
  find('problem').replaceChildren(make('div', { class: 'problem' }, make('h2', {}, problem.title), make('p', {}, problem.detail), ...filesOf(problem, names).map((file) => make('p', {}, file)), wait, id))

  // On a narrow screen it is far from what was pressed.
  find('problem').scrollIntoView({ block: 'nearest' })
}

function showHeld(): void {
  const held = login.held()
  find('forget').hidden = held === null
  find('forget').textContent = held === 'login' ? 'Sign out' : 'Forget key'
}

const clearProblem = () => find('problem').replaceChildren()

// An upload has it to itself, also when a job is looked at meanwhile.
function hideProgress(next = find('result')): void {
  if (!upload) endProgress(next)
}

function describe(job: api.Job): void {
  if (upload) return
  const left = job.estimate ? `, about ${Math.ceil(job.estimate)} s` : ''
  if (job.state === 'queued') showProgress('Waiting', null, `${job.position ? `, number ${job.position} in line` : ''}${left}. This page may be closed.`)
  else if (job.state === 'running') showProgress('Segmenting', job.progress > 0 ? job.progress : null, `${left}. This page may be closed.`)
}

// One upload at a time: there is one bar for it, and one button that cancels it.
const showStart = () => { start.disabled = selection === null || upload !== null || choosing !== '' }

function showSelection(): void {
  showStart()
  find('selection').textContent = choosing || (selection?.title ?? 'Drop a NIfTI file, a DICOM folder or a zip here')
}

function select(next: Selection | null): void {
  selection = next
  submission = ''
  drop.classList.toggle('full', next !== null)
  showSelection()
  model.fit(next?.isSample === true)
}

async function submit(): Promise<void> {
  if (!selection || upload) return
  const sent = selection
  upload = new AbortController()
  const { signal } = upload
  clearProblem()
  const query = new URLSearchParams({ output: 'all', quality: quality.value })
  const series = find<HTMLInputElement>('series').value.trim()
  if (model.value) query.set('model', model.value)
  if (series) query.set('series', series)
  if (find<HTMLInputElement>('deidentify').checked) query.set('deidentify', 'true')

  // The same for the same scan and choices until it is accepted: sent again after a lost answer it is the same job.
  submission = submission.endsWith(`#${query}`) ? submission : `${randomId()}#${query}`
  showProgress('Sending', 0)

  // Not to the button that cancels: the key that started it may still be down.
  if (document.activeElement === start) find('progress').focus()
  showStart()
  window.addEventListener('beforeunload', warn)
  try {
    const job = await api.submit(sent.files, query, submission.split('#')[0]!, (share) => share < 1 ? showProgress('Sending', share) : showProgress('Sent, being stored', null), signal)
    upload = null
    namesSent.set(job.id, sent.names)

    // What was chosen meanwhile is the next.
    if (selection === sent) select(null)
    void list.load()
    goTo(job.id)
  } catch (failure) {
    upload = null
    showStart()
    hideProgress(start)
    showProblem(failure, sent.names)
  } finally {
    showStart()
    window.removeEventListener('beforeunload', warn)
  }
}

// Ends what the page waits for, not the job.
function stop(): void {
  work.abort()
  work = new AbortController()
}

const warn = (event: BeforeUnloadEvent) => event.preventDefault()

// crypto.randomUUID is there over HTTPS only.
const randomId = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')

function showWelcome(isOn: boolean): void {
  find('welcome').hidden = !isOn
  document.body.classList.toggle('showing', !isOn)
}

// An address that stays tells nobody, and what it names may not have come.
function goTo(id: string): void {
  if (location.hash === `#job=${id}`) void open()
  else location.hash = `job=${id}`
}

// What is of a job that was removed is not left on the page, where none of its files can be had.
function leave(id: string): void {
  if (location.hash !== `#job=${id}`) return
  history.replaceState(null, '', location.pathname + location.search)
  void open()
}

/** Opens the job that the address names. */
async function open(): Promise<void> {
  const id = new URLSearchParams(location.hash.slice(1)).get('job')
  stop()
  isFetching = false
  const { signal } = work
  clearProblem()
  result.clear()
  list.mark(id)
  showWelcome(true)
  if (!id) return hideProgress()
  try {
    if (!upload) showProgress('Looking for the job', null)
    let wasRunning = false

    // Of what is troubled here alone: what an upload was refused for stays.
    const onTrouble = (problem: Problem | null) => problem ? showProblem(problem) : clearProblem()
    const job = await api.follow(id, (now) => { wasRunning ||= !now.ended; describe(now) }, onTrouble, signal)
    if (wasRunning || list.isBehind(job)) await list.load()
    signal.throwIfAborted()
    if (job.state === 'failed') throw Problem.of(job.problem ?? {})
    if (job.state === 'cancelled') throw new Problem('The job was cancelled', 'Nothing was made. Send the scan again to segment it.')
    if (!upload) showProgress('Fetching the result', null)
    isFetching = true
    showWelcome(false)
    await result.show(job, onTrouble, signal)
  } catch (failure) {
    if (!signal.aborted) showProblem(failure, namesSent.get(id))
  } finally {
    if (!signal.aborted) {
      isFetching = false
      hideProgress()
    }
  }
}

async function cancel(): Promise<void> {
  const id = new URLSearchParams(location.hash.slice(1)).get('job')
  if (upload) return upload.abort()

  // Once, however often it is pressed meanwhile.
  if (isCancelling) return
  stop()
  if (!id) return

  // The job has ended: there is nothing to cancel but that this page waits for its files.
  if (isFetching) return leave(id)
  let refusal: unknown
  isCancelling = true
  try {
    await api.cancel(id)
  } catch (failure) {
    refusal = failure
  }
  await list.load()
  isCancelling = false

  // Which takes away what is told, and then follows the job that goes on.
  const opened = open()
  if (refusal) showProblem(refusal)
  await opened
}

async function enter(): Promise<void> {
  clearProblem()
  try {
    const { byKey, issuer } = await login.ask()
    find('by-login').hidden = issuer === null
    find('by-key').hidden = issuer !== null && !byKey
    await login.finish().catch((failure: unknown) => { find('locked').hidden = false; throw failure })
    showHeld()
    const models = await api.models()
    hide(find('locked'), find('pick-files'))
    model.offer(models)

    // Where the list is refused, a job would be too, and opening one would take away what the refusal says.
    if (await list.load()) await open()
  } catch (failure) {
    showProblem(failure)
  }
}

/** Takes a choice, which may come late; what it waits for is said meanwhile. The last one counts, whichever comes first. */
async function choose(choice: Promise<Selection | null> | Selection | null, waitsFor = ''): Promise<void> {
  const number = ++choices
  choosing = waitsFor
  showSelection()
  try {
    const next = await choice
    if (number !== choices) return
    choosing = ''
    if (!next) throw new Problem('There is no file in it', 'Choose a NIfTI file, the files of a DICOM series, a folder with them, or a zip.')
    clearProblem()
    select(next)
  } catch (failure) {
    if (number !== choices) return
    choosing = ''
    showSelection()
    showProblem(failure)
  }
}

for (const [button, input] of [['pick-files', 'files'], ['pick-folder', 'folder']] as const) {
  const chooser = find<HTMLInputElement>(input)
  find(button).addEventListener('click', () => chooser.click())
  chooser.addEventListener('change', () => { void choose(picked(chooser.files ?? [])); chooser.value = '' })
}

find('pick-sample').addEventListener('click', () => void choose(sample(), 'Fetching the sample…'))
start.addEventListener('click', () => void submit())
find('cancel').addEventListener('click', () => void cancel())

// Anywhere on the page: a scan that misses the frame would else be opened by the browser in place of the page.
document.addEventListener('dragover', (event) => { event.preventDefault(); drop.classList.add('over') })
document.addEventListener('dragleave', (event) => { if (!event.relatedTarget) drop.classList.remove('over') })
document.addEventListener('drop', (event) => {
  event.preventDefault()
  drop.classList.remove('over')
  if (event.dataTransfer) void choose(dropped(event.dataTransfer), 'Reading the folder…')
})

find('key-form').addEventListener('submit', (event) => {
  event.preventDefault()
  const input = find<HTMLInputElement>('key')
  const key = input.value.trim()
  input.value = ''

  // Browsers send no request with some of these, and say no more than that it failed.
  if (!/^[!-~]+$/.test(key)) return showProblem(new Problem('This is no API key', 'It has a blank or a character that no key has, perhaps one that cannot be seen. Copy the API key again, from sassnet_ to its end.'))
  login.useKey(key)
  void enter()
})
find('sign-in').addEventListener('click', () => void login.signIn().catch(showProblem))
find('forget').addEventListener('click', () => void login.leave())

// Not by the address, which names the job that is open.
find('skip').addEventListener('click', (event) => { event.preventDefault(); find('result').focus() })
window.addEventListener('hashchange', () => void open())
void enter()
