import js from '@eslint/js'
import regexp from 'eslint-plugin-regexp'
import tseslint from 'typescript-eslint'

// Data goes one way (CONTRIBUTING.md): who may touch the outside world, and which room may know of which.
const CORE = { name: '@actions/core', message: 'Only src/runner/ touches @actions/core.' }
const HTTP = {
  name: '@actions/http-client',
  message: 'Only src/feishu/client/transport.ts touches @actions/http-client.',
}
const GITHUB = ['wait', 'create', 'download', 'export', 'inputs', 'runner']

/** Rules for a room: it may import none of these packages, and nothing from these rooms. */
const room = (files, paths, rooms) => ({
  files,
  rules: {
    'no-restricted-imports': [
      'error',
      {
        paths,
        patterns: rooms.map((name) => ({ group: [`**/${name}/**`], message: `This room knows nothing of ${name}/.` })),
      },
    ],
  },
})

/** The rooms of src/export in the order in which data goes through them. */
const EXPORT_ROOMS = ['sources', 'listing', 'naming', 'plan', 'engine', 'outputs', 'manifest', 'placement', 'report']

/** A room knows those above it by their types only, and nothing of those below it. */
const exportRooms = EXPORT_ROOMS.map((name, index) => ({
  files: [`src/export/${name}/**/*.ts`],
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        patterns: [
          ...EXPORT_ROOMS.slice(index + 1).map((below) => ({
            group: [`**/${below}/**`],
            message: `${name}/ knows nothing of ${below}/, which comes after it.`,
          })),
          ...EXPORT_ROOMS.slice(0, index).map((above) => ({
            group: [`**/${above}/**`],
            allowTypeImports: true,
            message: `${name}/ knows ${above}/ by its types only.`,
          })),
        ],
      },
    ],
  },
}))

// Most readers are no native speakers. The limit is that of ASD-STE100 (Simplified Technical English, https://asd-ste100.org).
const MAX_WORDS = 25

/** The sentences of a comment. Indented lines are examples; a list item and a tag begin a sentence. */
const sentencesOf = (comment) =>
  comment
    .replaceAll(/^ *\* ?/gm, '')
    .replaceAll(/^ {3,}.*$/gm, '')
    .split(/(?<=[.!?]\)?)\s+(?=[A-Z`("'\d])|\n\s*\n|\n(?=(?:-|\d+\.) |@)|(?=@(?:param|returns|throws)\b)/)
const wordsOf = (sentence) => sentence.split(/\s+/).filter((word) => /\p{L}/u.test(word))

const shortSentences = {
  create: ({ report, sourceCode }) => ({
    Program() {
      // Line comments below each other are one text.
      const texts = []
      for (const { type, value, loc } of sourceCode.getAllComments()) {
        const last = texts.at(-1)
        const isAlone = sourceCode.lines[loc.start.line - 1].slice(0, loc.start.column).trim() === ''
        const goesOn = isAlone && type === 'Line' && last?.type === 'Line' && last.end === loc.start.line - 1
        if (goesOn) Object.assign(last, { text: `${last.text}\n${value.slice(1)}`, end: loc.end.line })
        else texts.push({ type, text: type === 'Line' ? value.slice(1) : value, loc, end: loc.end.line })
      }
      for (const { text, loc } of texts) {
        for (const sentence of sentencesOf(text)) {
          const words = wordsOf(sentence).length
          if (words <= MAX_WORDS) continue
          const begin = sentence.trim().slice(0, 60).replaceAll(/\s+/g, ' ')
          report({ loc, message: `This sentence has ${words} words, more than ${MAX_WORDS}: "${begin}…"` })
        }
      }
    },
  }),
}

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'coverage/', 'build/'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: { 'no-restricted-globals': ['error', { name: 'process', message: 'Only an entry touches process.' }] },
  },
  // A text of the service may have a megabyte. An expression that takes quadratic time would block every timeout.
  {
    files: ['src/**/*.ts'],
    plugins: { regexp },
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential' }],
    },
  },
  room(['src/**/*.ts'], [CORE, HTTP], []),
  room(['src/polling/**/*.ts'], [CORE, HTTP], [...GITHUB, 'feishu', 'files']),
  room(['src/feishu/**/*.ts'], [CORE, HTTP], [...GITHUB, 'files']),
  room(['src/feishu/client/transport.ts'], [CORE], [...GITHUB, 'files']),
  room(['src/markdown/**/*.ts'], [CORE, HTTP], [...GITHUB, 'feishu', 'files', 'polling']),
  room(['src/files/**/*.ts'], [CORE, HTTP], GITHUB),
  room(['src/runner/**/*.ts'], [HTTP], ['wait', 'create', 'download', 'export', 'inputs', 'feishu', 'files']),
  ...exportRooms,
  {
    files: ['**/*.ts'],
    plugins: { comments: { rules: { 'short-sentences': shortSentences } } },
    rules: { 'comments/short-sentences': 'error' },
  },
  {
    files: ['**/*.js'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: { console: 'readonly', process: 'readonly' } },
  },
  // What checks the version of Node.js must load on an old one.
  {
    files: ['src/start/*.js'],
    languageOptions: { sourceType: 'commonjs', globals: { require: 'readonly' } },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  { files: ['src/start/index.js'], languageOptions: { ecmaVersion: 5 } },
  { files: ['src/*/index.ts'], rules: { 'no-restricted-globals': 'off' } },
)
