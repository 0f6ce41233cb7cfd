/** What tests of this module share. */
package dev.pith.compress.testing;
