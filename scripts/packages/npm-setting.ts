/** The npm registry that the user's own settings name (environment, .npmrc), as npm itself reads them. */
import { execFile } from 'node:child_process';
import { KnownError } from '../core/known-error';

/** npm starts in a fraction of a second; this is for a machine that is busy. */
const TIMEOUT_MS = 10_000;

/**
 * The npm registry's URL without a trailing slash.
 * @throws KnownError `no-npm` when npm is not there or does not answer in time
 */
export async function npmRegistryUrl(env: NodeJS.ProcessEnv = process.env, signal?: AbortSignal): Promise<string> {
  // The environment outranks every .npmrc, and npm takes the variable's name in any case: https://docs.npmjs.com/cli/using-npm/config
  const named = Object.entries(env).find(([key, value]) => key.toLowerCase() === 'npm_config_registry' && value)?.[1];
  const url = (named ?? (await askNpm(env, signal))).trim();
  if (!/^https?:\/\//.test(url)) throw new KnownError('no-npm', `npm names "${url}" as its registry, which is not a web address.`, 'Mend it with: npm config set registry URL');
  return url.replace(/\/+$/, '');
}

function askNpm(env: NodeJS.ProcessEnv, signal: AbortSignal | undefined): Promise<string> {
  // Under `npm run` the very npm that runs us is known; on Windows the plain name is a command file, which needs a shell.
  const [file, args] = env.npm_execpath?.endsWith('.js') ? [process.execPath, [env.npm_execpath]] : ['npm', []];
  return new Promise((resolve, reject) => {
    execFile(
      file,
      [...args, 'config', 'get', 'registry'],
      { env, timeout: TIMEOUT_MS, signal, windowsHide: true, shell: file === 'npm' && process.platform === 'win32' },
      (error, stdout) => {
        if (error) reject(new KnownError('no-npm', `npm did not say which registry to use: ${error.message.split('\n')[0]}`, 'Name a registry with --registry URL.', { cause: error }));
        else resolve(stdout);
      },
    );
  });
}
