module vcf-ai-platform/local/toolchain/crds

go 1.24
