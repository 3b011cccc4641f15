/** Where a model server finds its weights. */
export type WeightsDocument =
  | {
      readonly pvc: {
        readonly storageClass?: string;
        readonly accessMode: 'ReadWriteOnce' | 'ReadWriteMany';
        readonly size: string;
      };
    }
  | { readonly image: { readonly reference: string } }
  | { readonly hub: object };
