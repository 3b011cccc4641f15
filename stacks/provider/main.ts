import { main } from '@pulumi/pulumi/provider';
import { bundleProvider } from './bundle-provider';

// No version: the program that registers the resource and this one are of one package.
void main({ version: '', ...bundleProvider }, process.argv.slice(2));
