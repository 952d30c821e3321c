/** A project's configuration in, loaded FHIR definitions out; kept for the next build of a project with the same dependencies. */
import { utils } from 'fsh-sushi';
import type { Finding } from '../core/finding';
import { KnownError } from '../core/known-error';
import { defaultCacheDir } from '../packages/cache-folder';
import { buildableFhirVersion, type Configuration } from './configuration';
import { GuideDefinitions } from './guide-definitions';
import { collectingSushiLog } from './sushi-log';

export interface LoadedDefinitions {
  definitions: GuideDefinitions;
  /** What SUSHI said while loading: dependencies that are missing. */
  findings: readonly Finding[];
}

/** Loads definitions, or hands out those of the last build where nothing in the dependencies changed. */
export interface DefinitionStore {
  /** @throws KnownError `missing-package` when the cache lacks FHIR itself */
  load(config: Configuration, root: string): Promise<LoadedDefinitions>;
}

/** @param cacheDir the FHIR package cache */
export function createDefinitionStore(cacheDir: string = defaultCacheDir()): DefinitionStore {
  let kept: { key: string; loaded: LoadedDefinitions } | undefined;
  return {
    load: async (config, root) => {
      const key = JSON.stringify([config.fhirVersion, config.dependencies]);
      if (kept?.key === key) return kept.loaded;
      kept = undefined;
      const definitions = new GuideDefinitions(cacheDir);
      const { findings } = await collectingSushiLog(root, () => utils.loadExternalDependencies(definitions, config));
      if (definitions.fishForFHIR('StructureDefinition', utils.Type.Resource) === undefined) throw missingCore(config, cacheDir);
      const loaded = { definitions, findings };
      // A dependency that was missing may be there next time.
      if (!findings.some(({ severity }) => severity === 'error')) kept = { key, loaded };
      return loaded;
    },
  };
}

function missingCore(config: Configuration, cacheDir: string): KnownError {
  const { packageId, version } = buildableFhirVersion(config);
  return new KnownError('missing-package', `${packageId}#${version} is not in the FHIR package cache ${cacheDir}.`, 'Fill the cache with: scout packages');
}
