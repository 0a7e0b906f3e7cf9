/** The walls of docs/layout.md as code. An import may only point DOWN this list; names in one row are strangers to each other. */
const LAYERS = [
  ['bin'],
  ['src/commands', 'src/hooks'],
  ['src/tui'],
  ['src/cli'],
  ['src/sim', 'src/platform'],
  ['src/camera', 'src/panel', 'src/site', 'src/alarm', 'src/health'],
  ['src/net'],
  ['src/protocol'],
  ['src/model'],
  ['src/lib'],
]
const inside = (dirs) => `^(${dirs.join('|')})/`
const error = (name, comment, from, to) => ({name, comment, severity: 'error', from, to})

const upward = LAYERS.flatMap((dirs, level) => {
  const above = LAYERS.slice(0, level).flat()
  if (above.length === 0) return []
  return [
    error(
      `no-upward:${dirs.join('+')}`,
      'imports point down the list only',
      {path: inside(dirs)},
      {path: inside(above)},
    ),
  ]
})
const siblings = LAYERS.filter((dirs) => dirs.length > 1).flatMap((dirs) =>
  dirs.map((dir) =>
    error(
      `no-sibling:${dir}`,
      'rooms of one row meet only in a row above',
      {path: inside([dir])},
      {path: inside(dirs.filter((other) => other !== dir))},
    ),
  ),
)
const only = (packages, where, comment) =>
  error(
    `${packages.replace(/\W+/g, '-')}-in-one-place`,
    comment,
    {path: '^src/', pathNot: where},
    {path: `node_modules/(${packages})/`},
  )

module.exports = {
  forbidden: [
    error('no-circular', 'a cycle has no bottom', {}, {circular: true}),
    ...upward,
    ...siblings,
    error(
      'protocol-is-sans-io',
      'codecs see bytes and numbers, never sockets, files, clocks',
      {path: '^src/(protocol|model|lib)/'},
      {dependencyTypes: ['core'], pathNot: '^(node:)?(buffer|crypto|util)$'},
    ),
    error(
      'commands-are-thin',
      'commands talk to cli/ and one domain call; oclif is their only package',
      {path: '^src/commands/'},
      {path: '^src/(net|protocol)/|(^|/)node_modules/(?!@oclif/core/)'},
    ),
    only('ink|react', '^src/tui/', 'Ink is loaded only by screens'),
    only('onvif', '^src/camera/onvif/operations[.]ts$', 'the onvif package is used through one adapter'),
    only('execa', '^src/camera/media-tools[.]ts$', 'one file runs media tools'),
    only('conf', '^src/cli/config[.]ts$', 'one file owns the configuration file'),
    error(
      'sql-in-the-store',
      'SQL lives under platform/store',
      {path: '^src/', pathNot: '^src/platform/store/'},
      {path: '^(node:)?sqlite$|node_modules/pg/'},
    ),
    only('pg', '^src/platform/store/postgres/link[.]ts$', 'one file speaks to PostgreSQL'),
    error(
      'tui-model-is-pure',
      'a screen model is a function of state and message',
      {path: '^src/tui/.+/model[.]ts$'},
      {path: 'node_modules/', dependencyTypesNot: ['type-only']},
    ),
    error('product-never-imports-tests', 'src stands alone', {path: '^src/'}, {path: '^(test|bench)/'}),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: {fileName: 'tsconfig.json'},
    doNotFollow: {path: 'node_modules'},
    enhancedResolveOptions: {exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types']},
  },
}
