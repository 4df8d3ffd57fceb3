// Imports point inward: core knows nobody; plug-ins, adapters, learning and simulator know core; entrances know core and app; app knows
// everybody. Unit tests beside the code may import what they need, so the rules about layers leave *.test.ts out.
const test = '\\.test\\.ts$';
const plugins = 'detectors|diagnosers|guards|actions';
/** Nothing of the machine: a pure folder may import only its own layer, what stands here, and zod. */
const zod = '(^|/)node_modules/zod/';

export default {
  forbidden: [
    {
      name: 'core-imports-only-itself-and-zod',
      comment:
        'Core is pure: it holds the words and the loop, so that the same input gives the same step in a test, a replay and production.',
      severity: 'error',
      from: { path: '^src/core/', pathNot: [test, '^src/core/digest\\.ts$'] },
      to: { pathNot: ['^src/core/', zod] },
    },
    {
      name: 'digest-imports-only-crypto',
      comment:
        'SHA-256 is a pure function, so one file of core may take it from Node (docs/adr/0003-sha-256-in-core.md), and nothing else.',
      severity: 'error',
      from: { path: '^src/core/digest\\.ts$' },
      to: { pathNot: ['^src/core/', zod, '^(node:)?crypto$'] },
    },
    {
      name: 'detectors-import-only-core-and-learning',
      comment: 'A detector sees a timeline and answers; one that knows a server, a file or a guard cannot be replayed.',
      severity: 'error',
      from: { path: '^src/detectors/', pathNot: test },
      to: { pathNot: ['^src/(core|detectors|learning)/', zod] },
    },
    {
      name: 'plugins-import-only-core',
      comment: 'A diagnoser, guard or action knows the words of core and its own family: then each can be read, tested and left out alone.',
      severity: 'error',
      from: { path: '^src/(diagnosers|guards|actions)/', pathNot: test },
      to: { pathNot: ['^src/core/', '^src/$1/', zod] },
    },
    {
      name: 'adapters-import-only-core',
      comment: 'An adapter joins one port of core to one client library; adapters of different ports meet in app only.',
      severity: 'error',
      from: { path: '^src/adapters/([^/]+)/', pathNot: [test, '^src/adapters/models/'] },
      to: { path: '^src/', pathNot: ['^src/core/', '^src/adapters/$1/'] },
    },
    {
      name: 'model-adapters-import-only-core-and-learning',
      comment: 'The adapters that run graphs of learning, or have some written, may know them, and no more than that.',
      severity: 'error',
      from: { path: '^src/adapters/models/', pathNot: test },
      to: { path: '^src/', pathNot: ['^src/(core|learning)/', '^src/adapters/models/'] },
    },
    {
      name: 'learning-imports-only-core',
      comment:
        'Estimators and graphs are arithmetic on typed arrays, without I/O, so that they run in any thread and give the same figures twice.',
      severity: 'error',
      from: { path: '^src/learning/', pathNot: test },
      to: { pathNot: ['^src/(core|learning)/', zod] },
    },
    {
      name: 'simulator-imports-only-core',
      comment: 'A simulator that shares code with detectors or adapters would agree with their mistakes.',
      severity: 'error',
      from: { path: '^src/simulator/', pathNot: test },
      to: { path: '^src/', pathNot: '^src/(core|simulator)/' },
    },
    {
      name: 'entrances-import-only-core-and-app',
      comment:
        'An entrance parses, calls app and prints; what it needs is handed to it, so that CLI, HTTP and MCP cannot differ in what they do.',
      severity: 'error',
      from: { path: '^src/(cli|http|mcp)/', pathNot: test },
      to: { path: '^src/', pathNot: ['^src/(core|app)/', '^src/$1/'] },
    },
    {
      name: 'web-sees-only-core-types',
      comment: 'The dashboard runs in a browser: it speaks to the HTTP API and shares only types with the rest.',
      severity: 'error',
      from: { path: '^web/' },
      to: { path: '^src/', pathNot: '^src/core/' },
    },
    {
      name: 'web-runs-no-core-code',
      comment: 'Types of core vanish in the bundle, its code would not.',
      severity: 'error',
      from: { path: '^web/' },
      to: { path: '^src/core/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'product-imports-no-tests',
      comment: 'What ships must not lean on fakes, fixtures or tools.',
      severity: 'error',
      from: { path: '^(src|web)/', pathNot: test },
      to: { path: '^(test|bench|tools)/' },
    },
    {
      name: 'product-imports-only-declared-packages',
      comment: 'A package that is not in `dependencies` is absent after an installation, and one that cannot be resolved breaks at start.',
      severity: 'error',
      from: { path: '^src/', pathNot: test },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'] },
    },
    {
      name: 'plugins-use-no-lists',
      comment: 'The list of a plug-in folder is for app: shared code and plug-ins never ask who else is there.',
      severity: 'error',
      from: { path: '^src/', pathNot: [test, '^src/app/'] },
      to: { path: `^src/(${plugins})/index\\.ts$` },
    },
    {
      name: 'no-cycles',
      comment: 'Files in a circle can only be read, tested and loaded together.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^test/bed/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
};
