import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { defineConfig, type Plugin } from 'vite'
import { filesBelow, hashOfSources, sha256 } from './sources.ts'

const target = join(import.meta.dirname, '../Sassnet.Api/wwwroot')

// The licence of a package, from the package or, where it ships none, from licences/.
function licenceOf(folder: string, name: string): string {
  const kept = join(import.meta.dirname, 'licences', `${name.replace('/', '+')}.txt`)
  const own = readdirSync(folder).find((file) => /^licen[sc]e/i.test(file))
  if (!own && !existsSync(kept)) throw new Error(`${name} ships no licence: put its text into web/licences/.`)
  return readFileSync(own ? join(folder, own) : kept, 'utf8').trim()
}

// The notices of the libraries that are in the bundle.
function notices(): Plugin {
  return {
    name: 'notices',
    generateBundle(_, bundle) {
      const modules = Object.values(bundle).flatMap((chunk) => (chunk.type === 'chunk' ? Object.keys(chunk.modules) : []))
      const names = new Set(modules.map((id) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id)?.[1]).filter((name) => name !== undefined))
      const texts = [...names].sort().map((name) => {
        const folder = join(import.meta.dirname, 'node_modules', name)
        const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string; license: string }
        return `${name} ${version} (${license})\n\n${licenceOf(folder, name)}\n`
      })
      this.emitFile({ type: 'asset', fileName: 'third-party-notices.txt', source: `The page contains these libraries.\n\n${texts.join(`\n${'-'.repeat(80)}\n\n`)}` })
    },
  }
}

// From which sources it was made, and what was made.
function inventory(): Plugin {
  return {
    name: 'inventory',
    closeBundle() {
      const files = filesBelow(target).filter((file) => !file.endsWith('build.json'))
      const hashes = Object.fromEntries(files.map((file) => [relative(target, file), sha256(readFileSync(file))]))
      writeFileSync(join(target, 'build.json'), `${JSON.stringify({ sources: hashOfSources(import.meta.dirname), files: hashes }, null, 2)}\n`)
    },
  }
}

export default defineConfig({
  base: './',

  // Decoders of Zarr, which NiiVue can read and this page does not: three times the rest of it.
  resolve: { alias: [{ find: /^numcodecs\/.*/, replacement: join(import.meta.dirname, 'src/noCodec.ts') }] },
  build: { outDir: target, emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false }, chunkSizeWarningLimit: 3000 },
  plugins: [notices(), inventory()],
})
