/** The account of this process in, its home folder out. */
import { homedir, userInfo } from 'node:os';
import { isAbsolute } from 'node:path';
import { KnownError } from './known-error';

/**
 * Absolute path of the user's home folder: of the environment, or of the account where HOME is empty or relative, as service managers and containers leave it.
 * @throws KnownError `no-home-folder` where neither is known
 */
export function homeFolder(ofEnvironment: () => string = homedir, ofAccount: () => string = () => userInfo().homedir): string {
  const found = [ofEnvironment, ofAccount].map(orNothing).find((folder) => folder !== undefined && isAbsolute(folder));
  if (found === undefined) throw new KnownError('no-home-folder', 'This account has no home folder, where the FHIR package cache would be.', 'Set HOME to a folder.');
  return found;
}

/** Node throws where the account is unknown to the system, as of a container that runs under any number. */
function orNothing(ask: () => string): string | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}
