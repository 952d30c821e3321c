/** Before all tests: the FHIR packages that some of them read are in the cache; a fraction of a second when they already are. */
import { ensurePackages } from '../scripts/packages/ensure-packages';

export default async function globalSetup(): Promise<void> {
  const { notes } = await ensurePackages();
  for (const note of notes) process.stderr.write(`${note}\n`);
}
