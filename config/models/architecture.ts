/** How the numbers of the linear layers are stored; embeddings, output head, norms and routers stay 16 bits. */
export type Quantization =
  | { readonly method: 'none' }
  /** 8 bits; with `block` one scale for a square of that many rows and columns, otherwise one a row. */
  | { readonly method: 'fp8'; readonly block?: number }
  /** Whole numbers, as AWQ and GPTQ write them; with `group` one scale for so many columns, otherwise one a row. */
  | { readonly method: 'integer'; readonly bits: number; readonly group?: number }
  /** Experts only: 4 bits and one 8-bit scale for every 32 (OCP Microscaling), 4.25 bits a weight. */
  | { readonly method: 'mxfp4' };

/** What the memory of a decoder-only transformer follows from; the fields of its `config.json`. */
export interface ModelArchitecture {
  /** `max_position_embeddings`: the longest context in tokens that it was trained for. */
  readonly maxModelLen: number;
  readonly hiddenSize: number;
  /** Layers with full attention. */
  readonly fullLayers: number;
  /** Layers whose attention covers the last `slidingWindow` tokens. */
  readonly slidingLayers: number;
  /** In tokens; set when there are sliding layers. */
  readonly slidingWindow?: number;
  readonly queryHeads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly vocabSize: number;
  /** Input embedding and output head are one matrix. */
  readonly tiedEmbeddings: boolean;
  readonly mlp:
    | { readonly kind: 'dense'; readonly intermediateSize: number }
    | {
        readonly kind: 'moe';
        readonly experts: number;
        /** Width of one expert. */
        readonly intermediateSize: number;
        /** Experts and router have biases. */
        readonly bias: boolean;
      };
  readonly quantization: Quantization;
}
