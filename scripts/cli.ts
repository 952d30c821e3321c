#!/usr/bin/env node
/** argv -> command -> exit code, nothing else. */
import { compileLate } from './core/compile-late';
import { runCli } from './commands/run-cli';

compileLate();

// A reader that has seen enough (`| head`) closes the pipe: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});
// Nobody listens to remarks any more: the work, and what has to be cleaned up after it, goes on.
process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

void runCli(process.argv.slice(2), { stdout: process.stdout, stderr: process.stderr, env: process.env }).then((code) => {
  process.exitCode = code;
});
