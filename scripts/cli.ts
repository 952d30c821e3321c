#!/usr/bin/env node
/** argv -> command -> exit code, nothing else. */
import { runCli } from './commands/run-cli';

void runCli(process.argv.slice(2), { stdout: process.stdout, stderr: process.stderr }).then((code) => {
  process.exitCode = code;
});
