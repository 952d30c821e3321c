/** The environment in, the version of Jekyll out, with which the IG Publisher makes its pages: asked before, for the publisher asks after minutes. */
import { execFile } from 'node:child_process';
import { KnownError } from '../core/known-error';

/** @throws KnownError `no-jekyll` */
export function findJekyll(env: NodeJS.ProcessEnv = process.env, timeout = 60_000): Promise<string> {
  const windows = process.platform === 'win32';
  return new Promise((resolve, reject) => {
    execFile('jekyll', ['--version'], { env, timeout, shell: windows, windowsHide: true }, (error, stdout) => {
      if (error === null) return resolve(stdout.trim().replace(/^jekyll /, ''));
      const why = error.code === 'ENOENT' ? 'it is not on the path' : error.killed === true ? `no answer within ${timeout / 1000} s` : (error.message.split('\n')[1] ?? error.message);
      reject(new KnownError('no-jekyll', `HL7's IG Publisher needs Jekyll for its pages, and there is none: ${why}.`, process.platform === 'linux' ? 'Install it: sudo apt-get install jekyll' : 'Install it: https://jekyllrb.com/docs/installation/', { cause: error }));
    });
  });
}
