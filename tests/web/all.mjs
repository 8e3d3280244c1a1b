// All tests of the page, in one process, for they share a browser.

import './parts_test.mjs';
import './picture_test.mjs';
import './manner_test.mjs';
import './cluster_test.mjs';
import './agreement_test.mjs';
