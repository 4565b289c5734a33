// Jest's transform: Node's own type stripping, so tests run the same code as `node src/…`.
const { stripTypeScriptTypes } = require('node:module')
exports.process = (source, file) => ({ code: stripTypeScriptTypes(source, { mode: 'strip', sourceUrl: file }) })
