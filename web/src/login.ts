// Who uses the page: by an API key, or logged in at the issuer that the service names (OpenID Connect: authorization code with PKCE). Key and tokens are in this tab's
// sessionStorage alone, and are gone when it is closed.
import type { User, UserManager } from 'oidc-client-ts'
import { answerOf, Problem, unreachable } from './problem'

interface Issuer { authority: string; clientId: string; scopes: string }

/** Which ways there are to show who one is. */
export interface Ways { byKey: boolean; issuer: Issuer | null }

// Seconds before its end from which a token is renewed.
const margin = 30
const keyName = 'sassnet-key'

let manager: UserManager | undefined
let user: User | null = null
let renewal: Promise<User | null> | undefined

const key = () => sessionStorage.getItem(keyName)
const page = () => new URL('.', location.href).href

export const useKey = (value: string) => sessionStorage.setItem(keyName, value)

/** Whether the page shows somebody's key or token, and which. */
export const held = (): 'key' | 'login' | null => (key() ? 'key' : user ? 'login' : null)

/** Asks the service which ways there are. */
export async function ask(): Promise<Ways> {
  const ways = await answerOf(async () => {
    const answer = await fetch('login')
    if (!answer.ok) throw unreachable()
    return answer.json() as Promise<Ways>
  })
  if (ways.issuer) manager ??= await managerFor(ways.issuer)
  user = (await manager?.getUser()) ?? null
  return ways
}

async function managerFor({ authority, clientId, scopes }: Issuer): Promise<UserManager> {
  const { UserManager, WebStorageStateStore } = await import('oidc-client-ts')
  const store = new WebStorageStateStore({ store: sessionStorage })
  return new UserManager({
    authority, client_id: clientId, scope: scopes, redirect_uri: page(), post_logout_redirect_uri: page(), userStore: store, stateStore: store,

    // It would use a hidden frame, which the policy of the page forbids, and mostly the issuer's too: see authorization.
    automaticSilentRenew: false,
  })
}

/** Finishes a login that led back here, with the address that it began at. Whatever comes of it, code and state leave the address: a reload would send them again. */
export async function finish(): Promise<void> {
  const answer = new URLSearchParams(location.search)
  if (!manager || !answer.has('state') || !(answer.has('code') || answer.has('error'))) return
  const address = location.href
  history.replaceState(null, '', page())
  try {
    user = await manager.signinRedirectCallback(address)
    history.replaceState(null, '', page() + (typeof user.state === 'string' ? user.state : ''))
  } catch (failure) {
    throw new Problem('You are not signed in', `The login did not come to its end: ${reason(failure)}. Sign in again; if that does not help, ask who runs the service.`)
  }
}

/** What a request says of who asks. A token that ends soon is renewed first, where the issuer gave what it takes. */
export async function authorization(): Promise<Record<string, string>> {
  const value = key() ?? (await token())
  return value ? { Authorization: `Bearer ${value}` } : {}
}

async function token(): Promise<string | null> {
  if (manager && user?.refresh_token && (user.expires_in ?? Infinity) < margin) {
    // Once for all requests that wait for it: an issuer may take a refresh token once only. Where it fails the service judges the token that there is.
    renewal ??= manager.signinSilent().catch(() => user).finally(() => { renewal = undefined })
    user = await renewal
  }
  return user?.access_token ?? null
}

/** Leaves for the issuer's page of login, which leads back here. */
export async function signIn(): Promise<void> {
  if (!globalThis.crypto.subtle)
    throw new Problem('Signing in needs HTTPS', 'Browsers have no cryptography for pages that came by plain HTTP from another machine. Open this page by https.')
  try {
    await manager?.signinRedirect({ state: location.hash })
  } catch (failure) {
    throw new Problem('The login page cannot be reached', `The issuer at ${manager?.settings.authority} does not answer this page as it should: ${reason(failure)}. Try again, or ask who runs the service.`)
  }
}

/** Forgets the key, or signs out, at the issuer too where it has that. */
export async function leave(): Promise<void> {
  sessionStorage.removeItem(keyName)
  const wasIn = user
  user = null
  history.replaceState(null, '', page())
  try {
    if (wasIn) return await manager?.signoutRedirect()
  } catch {
    // It has no such thing, or does not answer; the tokens are gone from here.
    await manager?.removeUser()
  }
  location.reload()
}

/** Forgets what the service has refused. What is to be said of it; null where nothing was shown yet. */
export function refused(problem: Problem): Problem | null {
  const was = held()
  sessionStorage.removeItem(keyName)
  const hasEnded = was === 'login' && user?.expired === true
  if (was === 'login') void manager?.removeUser()
  user = null
  return hasEnded
    ? new Problem('Your login has ended', 'Sign in again: you come back to where you are. Jobs that were accepted go on meanwhile; a scan that was chosen and not sent has to be chosen again.', 401, problem.requestId)
    : was && problem
}

const reason = (failure: unknown) => (failure instanceof Error ? failure.message.replace(/[.]$/, '') : String(failure))
