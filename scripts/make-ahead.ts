/** Run once after the compiler, before the package is packed: keeps in dist/made-ahead/ what every start would else compute anew. */
import { makeExamplesAhead } from './generate/own-examples';
import { makePageAhead } from './report/html/page-template';

makePageAhead();
void makeExamplesAhead();
