// Package plugins registers no service discovery: the tests ask for rules and queries, not for targets. Those of clouds
// and clusters, which upstream registers, are half of the build.
package plugins
