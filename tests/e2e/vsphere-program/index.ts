import * as pulumi from '@pulumi/pulumi';
import { parsePlatform } from '../../../config';
import { vsphereLayer } from '../../../stacks/vsphere';

/** The vSphere layer of a document, without the layers above it. */
vsphereLayer(parsePlatform(new pulumi.Config().getObject('platform')));
