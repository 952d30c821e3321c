/** Code systems without codes, loaded where no terminology server knows them. */
import { join } from 'node:path';
import { packageRoot } from '../../core/package-root';

/**
 * The folder that says there are MIME types and languages. Without it the validator (6.10.4) cannot tell the system of any MIME type
 * after it has met a `language`, and calls valid Attachments and Endpoints wrong.
 */
export function codeSystemStubs(): string {
  return join(packageRoot(), 'definitions', 'code-systems');
}
