// The first file of every action. It must load on any Node.js, so it is written in the JavaScript of 2009.
'use strict'

// String.prototype.toWellFormed came with Node.js 20.
var MIN_MAJOR = 20

if (parseInt(process.versions.node, 10) >= MIN_MAJOR) {
  // A file of its own: an old Node.js cannot even parse import().
  require('./load.js')
} else {
  refuse('Node.js ' + process.versions.node, process.env.GITHUB_OUTPUT)
}

function refuse(version, outputFile) {
  var error =
    'This action needs Node.js ' +
    MIN_MAJOR +
    ' or newer, but the runner started it with ' +
    version +
    ". GitHub's runner brings its own Node.js; runners of Gitea, Forgejo and act use the one of the job's image:" +
    ' choose an image with Node.js 24.'
  process.exitCode = 1
  console.log('::error::' + error)
  if (!outputFile) return
  var output = 'error-message<<ghadelimiter_node\n' + error + '\nghadelimiter_node\n'
  try {
    require('fs').appendFileSync(outputFile, output)
  } catch (fault) {
    console.log('The output error-message was not set: ' + fault.message)
  }
}
