"""TFLite's schema as data. Generated from tflite.fbs by generate_schema.py: do not edit."""

TABLES = {
    "ATan2Options": "",
    "AbsOptions": "",
    "AddNOptions": "",
    "AddOptions": "fused_activation_function:b/ActivationFunctionType pot_scale_int16:?=1",
    "ArgMaxOptions": "output_type:b/TensorType",
    "ArgMinOptions": "output_type:b/TensorType",
    "AssignVariableOptions": "",
    "BatchMatMulOptions": "adj_x:? adj_y:? asymmetric_quantize_inputs:?",
    "BatchToSpaceNDOptions": "",
    "BidirectionalSequenceLSTMOptions": (
        "fused_activation_function:b/ActivationFunctionType cell_clip:f proj_clip:f merge_outputs:? time_major:?=1 "
        "asymmetric_quantize_inputs:?"
    ),
    "BidirectionalSequenceRNNOptions": "time_major:? fused_activation_function:b/ActivationFunctionType merge_outputs:? asymmetric_quantize_inputs:?",
    "BitcastOptions": "",
    "BitwiseXorOptions": "",
    "BlockwiseQuantization": "scales:i zero_points:i block_size:i block_shape:[i",
    "BroadcastToOptions": "",
    "BucketizeOptions": "boundaries:[f",
    "Buffer": "data:[B offset:Q size:Q",
    "CallOnceOptions": "init_subgraph_index:i",
    "CallOptions": "subgraph:I",
    "CastOptions": "in_data_type:b/TensorType out_data_type:b/TensorType",
    "ConcatEmbeddingsOptions": "num_channels:i num_columns_per_channel:[i embedding_dim_per_channel:[i",
    "ConcatenationOptions": "axis:i fused_activation_function:b/ActivationFunctionType",
    "Conv2DOptions": (
        "padding:b/Padding stride_w:i stride_h:i fused_activation_function:b/ActivationFunctionType "
        "dilation_w_factor:i=1 dilation_h_factor:i=1 quantized_bias_type:b/TensorType"
    ),
    "Conv3DOptions": (
        "padding:b/Padding stride_d:i stride_w:i stride_h:i fused_activation_function:b/ActivationFunctionType "
        "dilation_d_factor:i=1 dilation_w_factor:i=1 dilation_h_factor:i=1"
    ),
    "CosOptions": "",
    "CumsumOptions": "exclusive:? reverse:?",
    "CustomQuantization": "custom:[B",
    "DensifyOptions": "",
    "DepthToSpaceOptions": "block_size:i",
    "DepthwiseConv2DOptions": (
        "padding:b/Padding stride_w:i stride_h:i depth_multiplier:i "
        "fused_activation_function:b/ActivationFunctionType dilation_w_factor:i=1 dilation_h_factor:i=1"
    ),
    "DequantizeOptions": "",
    "DilateOptions": "",
    "DimensionMetadata": (
        "format:b/DimensionType dense_size:i array_segments_type:B/SparseIndexVector "
        "array_segments:|SparseIndexVector array_indices_type:B/SparseIndexVector array_indices:|SparseIndexVector"
    ),
    "DivOptions": "fused_activation_function:b/ActivationFunctionType",
    "DynamicUpdateSliceOptions": "",
    "EmbeddingLookupSparseOptions": "combiner:b/CombinerType",
    "EqualOptions": "",
    "ExpOptions": "",
    "ExpandDimsOptions": "",
    "ExternalBuffer": "id:I group:I offset:Q length:Q packing:s",
    "ExternalBufferGroup": "name:s",
    "FakeQuantOptions": "min:f max:f num_bits:i narrow_range:?",
    "FillOptions": "",
    "FloorDivOptions": "",
    "FloorModOptions": "",
    "FullyConnectedOptions": (
        "fused_activation_function:b/ActivationFunctionType weights_format:b/FullyConnectedOptionsWeightsFormat "
        "keep_num_dims:? asymmetric_quantize_inputs:? quantized_bias_type:b/TensorType quant_spec:[B"
    ),
    "GatherNdOptions": "",
    "GatherOptions": "axis:i batch_dims:i",
    "GeluOptions": "approximate:?",
    "GreaterEqualOptions": "",
    "GreaterOptions": "",
    "HardSwishOptions": "",
    "HashtableFindOptions": "",
    "HashtableImportOptions": "",
    "HashtableOptions": "table_id:i key_dtype:b/TensorType value_dtype:b/TensorType",
    "HashtableSizeOptions": "",
    "IfOptions": "then_subgraph_index:i else_subgraph_index:i",
    "Int32Vector": "values:[i",
    "L2NormOptions": "fused_activation_function:b/ActivationFunctionType",
    "LSHProjectionOptions": "type:b/LSHProjectionType",
    "LSTMOptions": (
        "fused_activation_function:b/ActivationFunctionType cell_clip:f proj_clip:f kernel_type:b/LSTMKernelType "
        "asymmetric_quantize_inputs:?"
    ),
    "LeakyReluOptions": "alpha:f",
    "LessEqualOptions": "",
    "LessOptions": "",
    "LocalResponseNormalizationOptions": "radius:i bias:f alpha:f beta:f",
    "LogSoftmaxOptions": "",
    "LogicalAndOptions": "",
    "LogicalNotOptions": "",
    "LogicalOrOptions": "",
    "MatrixDiagOptions": "",
    "MatrixSetDiagOptions": "",
    "MaximumMinimumOptions": "",
    "Metadata": "name:s buffer:I",
    "MirrorPadOptions": "mode:b/MirrorPadMode",
    "Model": (
        "version:I operator_codes:[*OperatorCode subgraphs:[*SubGraph description:s buffers:[*Buffer "
        "metadata_buffer:[i metadata:[*Metadata signature_defs:[*SignatureDef "
        "external_buffer_groups:[*ExternalBufferGroup external_buffers:[*ExternalBuffer"
    ),
    "MulOptions": "fused_activation_function:b/ActivationFunctionType",
    "MultiAxisQuantization": "scales:i zero_points:i block_size:i quantized_dimensions:[i",
    "NegOptions": "",
    "NonMaxSuppressionV4Options": "",
    "NonMaxSuppressionV5Options": "",
    "NotEqualOptions": "",
    "OneHotOptions": "axis:i",
    "Operator": (
        "opcode_index:I inputs:[i outputs:[i builtin_options_type:B/BuiltinOptions builtin_options:|BuiltinOptions "
        "custom_options:[B custom_options_format:b/CustomOptionsFormat mutating_variable_inputs:[? intermediates:[i "
        "large_custom_options_offset:Q large_custom_options_size:Q builtin_options2_type:B/BuiltinOptions2 "
        "builtin_options2:|BuiltinOptions2 debug_metadata_index:i=-1"
    ),
    "OperatorCode": "deprecated_builtin_code:b custom_code:s version:i=1 builtin_code:i/BuiltinOperator",
    "PackOptions": "values_count:i axis:i",
    "PadOptions": "",
    "PadV2Options": "",
    "Pool2DOptions": (
        "padding:b/Padding stride_w:i stride_h:i filter_width:i filter_height:i "
        "fused_activation_function:b/ActivationFunctionType"
    ),
    "PowOptions": "",
    "QuantizationParameters": (
        "min:[f max:[f scale:[f zero_point:[q details_type:B/QuantizationDetails details:|QuantizationDetails "
        "quantized_dimension:i"
    ),
    "QuantizeOptions": "",
    "RNNOptions": "fused_activation_function:b/ActivationFunctionType asymmetric_quantize_inputs:?",
    "RandomOptions": "seed:q seed2:q",
    "RangeOptions": "",
    "RankOptions": "",
    "ReadVariableOptions": "",
    "ReduceWindowOptions": "reduce_function:i/ReduceWindowFunction",
    "ReducerOptions": "keep_dims:?",
    "ReshapeOptions": "new_shape:[i",
    "ResizeBilinearOptions": "- - align_corners:? half_pixel_centers:?",
    "ResizeNearestNeighborOptions": "align_corners:? half_pixel_centers:?",
    "ReverseSequenceOptions": "seq_dim:i batch_dim:i",
    "ReverseV2Options": "",
    "Rfft2dOptions": "",
    "RightShiftOptions": "",
    "SVDFOptions": "rank:i fused_activation_function:b/ActivationFunctionType asymmetric_quantize_inputs:?",
    "ScatterNdOptions": "",
    "SegmentSumOptions": "",
    "SelectOptions": "",
    "SelectV2Options": "",
    "SequenceRNNOptions": "time_major:? fused_activation_function:b/ActivationFunctionType asymmetric_quantize_inputs:?",
    "ShapeOptions": "out_type:b/TensorType",
    "SignOptions": "",
    "SignatureDef": "inputs:[*TensorMap outputs:[*TensorMap signature_key:s - subgraph_index:I",
    "SkipGramOptions": "ngram_size:i max_skip_size:i include_all_ngrams:?",
    "SliceOptions": "",
    "SoftmaxOptions": "beta:f",
    "SpaceToBatchNDOptions": "",
    "SpaceToDepthOptions": "block_size:i",
    "SparseToDenseOptions": "validate_indices:?",
    "SparsityParameters": "traversal_order:[i block_map:[i dim_metadata:[*DimensionMetadata",
    "SplitOptions": "num_splits:i",
    "SplitVOptions": "num_splits:i",
    "SquareOptions": "",
    "SquaredDifferenceOptions": "",
    "SqueezeOptions": "squeeze_dims:[i",
    "StableHLOCompositeOptions": (
        "name:s decomposition_subgraph_index:i composite_attributes:[B "
        "composite_attributes_format:b/CustomOptionsFormat version:i"
    ),
    "StablehloBroadcastInDimOptions": "broadcast_dimensions:[q",
    "StablehloCaseOptions": "branch_subgraph_indices:[i",
    "StablehloCompareOptions": "comparison_direction:I/StablehloComparisonDirection compare_type:I/StablehloComparisonType",
    "StablehloConcatenateOptions": "dimension:q",
    "StablehloConvolutionOptions": (
        "window_strides:[q padding:[q lhs_dilation:[q rhs_dilation:[q window_reversal:[? input_batch_dimension:q "
        "input_feature_dimension:q input_spatial_dimensions:[q kernel_input_feature_dimension:q "
        "kernel_output_feature_dimension:q kernel_spatial_dimensions:[q output_batch_dimension:q "
        "output_feature_dimension:q output_spatial_dimensions:[q feature_group_count:q batch_group_count:q "
        "precision_config:[I/StablehloPrecisionConfig"
    ),
    "StablehloCustomCallOptions": (
        "call_target_name:s has_side_effect:? backend_config:s api_version:i called_computations:[i "
        "custom_attributes:[B"
    ),
    "StablehloDotGeneralOptions": (
        "lhs_batching_dimensions:[q rhs_batching_dimensions:[q lhs_contracting_dimensions:[q "
        "rhs_contracting_dimensions:[q precision_config:[I/StablehloPrecisionConfig"
    ),
    "StablehloDynamicSliceOptions": "slice_sizes:[q",
    "StablehloGatherOptions": (
        "offset_dims:[q collapsed_slice_dims:[q start_index_map:[q index_vector_dim:q slice_sizes:[q "
        "indices_are_sorted:?"
    ),
    "StablehloIotaOptions": "iota_dimension:q",
    "StablehloPadOptions": "edge_padding_low:[q edge_padding_high:[q interior_padding:[q",
    "StablehloReduceOptions": "dimensions:[q body_subgraph_index:i",
    "StablehloReduceWindowOptions": (
        "window_dimensions:[q window_strides:[q base_dilations:[q window_dilations:[q padding:[q "
        "body_subgraph_index:i"
    ),
    "StablehloRngBitGeneratorOptions": "algorithm:b/RngAlgorithm",
    "StablehloScatterOptions": (
        "indices_are_sorted:? update_window_dims:[q inserted_window_dims:[q scatter_dims_to_operand_dims:[q "
        "index_vector_dim:q unique_indices:? update_computation_subgraph_index:i"
    ),
    "StablehloShiftLeftOptions": "",
    "StablehloSliceOptions": "start_indices:[q limit_indices:[q strides:[q",
    "StablehloSortOptions": "dimension:q is_stable:? comparator_subgraph_index:i",
    "StablehloTransposeOptions": "permutation:[q",
    "StablehloWhileOptions": "cond_subgraph_index:i body_subgraph_index:i",
    "StridedSliceOptions": "begin_mask:i end_mask:i ellipsis_mask:i new_axis_mask:i shrink_axis_mask:i offset:?",
    "SubGraph": "tensors:[*Tensor inputs:[i outputs:[i operators:[*Operator name:s debug_metadata_index:i=-1",
    "SubOptions": "fused_activation_function:b/ActivationFunctionType pot_scale_int16:?=1",
    "Tensor": (
        "shape:[i type:b/TensorType buffer:I name:s quantization:*QuantizationParameters is_variable:? "
        "sparsity:*SparsityParameters shape_signature:[i has_rank:? variant_tensors:[*VariantSubType "
        "external_buffer:I"
    ),
    "TensorMap": "name:s tensor_index:I",
    "TileOptions": "",
    "TopKV2Options": "",
    "TransposeConvOptions": (
        "padding:b/Padding stride_w:i stride_h:i fused_activation_function:b/ActivationFunctionType "
        "quantized_bias_type:b/TensorType"
    ),
    "TransposeOptions": "",
    "Uint16Vector": "values:[H",
    "Uint8Vector": "values:[B",
    "UnidirectionalSequenceLSTMOptions": (
        "fused_activation_function:b/ActivationFunctionType cell_clip:f proj_clip:f time_major:? "
        "asymmetric_quantize_inputs:? diagonal_recurrent_tensors:?"
    ),
    "UniqueOptions": "idx_out_type:b/TensorType=2",
    "UnpackOptions": "num:i axis:i",
    "UnsortedSegmentMaxOptions": "",
    "UnsortedSegmentMinOptions": "",
    "UnsortedSegmentProdOptions": "",
    "UnsortedSegmentSumOptions": "",
    "VarHandleOptions": "container:s shared_name:s",
    "VariantSubType": "shape:[i type:b/TensorType has_rank:?",
    "WhereOptions": "",
    "WhileOptions": "cond_subgraph_index:i body_subgraph_index:i",
    "ZerosLikeOptions": "",
}

ENUMS = {
    "ActivationFunctionType": {
        "NONE": 0, "RELU": 1, "RELU_N1_TO_1": 2, "RELU6": 3, "TANH": 4, "SIGN_BIT": 5,
    },
    "BuiltinOperator": {
        "ADD": 0, "AVERAGE_POOL_2D": 1, "CONCATENATION": 2, "CONV_2D": 3, "DEPTHWISE_CONV_2D": 4, "DEPTH_TO_SPACE":
        5, "DEQUANTIZE": 6, "EMBEDDING_LOOKUP": 7, "FLOOR": 8, "FULLY_CONNECTED": 9, "HASHTABLE_LOOKUP": 10,
        "L2_NORMALIZATION": 11, "L2_POOL_2D": 12, "LOCAL_RESPONSE_NORMALIZATION": 13, "LOGISTIC": 14,
        "LSH_PROJECTION": 15, "LSTM": 16, "MAX_POOL_2D": 17, "MUL": 18, "RELU": 19, "RELU_N1_TO_1": 20, "RELU6": 21,
        "RESHAPE": 22, "RESIZE_BILINEAR": 23, "RNN": 24, "SOFTMAX": 25, "SPACE_TO_DEPTH": 26, "SVDF": 27, "TANH":
        28, "CONCAT_EMBEDDINGS": 29, "SKIP_GRAM": 30, "CALL": 31, "CUSTOM": 32, "EMBEDDING_LOOKUP_SPARSE": 33,
        "PAD": 34, "UNIDIRECTIONAL_SEQUENCE_RNN": 35, "GATHER": 36, "BATCH_TO_SPACE_ND": 37, "SPACE_TO_BATCH_ND":
        38, "TRANSPOSE": 39, "MEAN": 40, "SUB": 41, "DIV": 42, "SQUEEZE": 43, "UNIDIRECTIONAL_SEQUENCE_LSTM": 44,
        "STRIDED_SLICE": 45, "BIDIRECTIONAL_SEQUENCE_RNN": 46, "EXP": 47, "TOPK_V2": 48, "SPLIT": 49, "LOG_SOFTMAX":
        50, "DELEGATE": 51, "BIDIRECTIONAL_SEQUENCE_LSTM": 52, "CAST": 53, "PRELU": 54, "MAXIMUM": 55, "ARG_MAX":
        56, "MINIMUM": 57, "LESS": 58, "NEG": 59, "PADV2": 60, "GREATER": 61, "GREATER_EQUAL": 62, "LESS_EQUAL": 63,
        "SELECT": 64, "SLICE": 65, "SIN": 66, "TRANSPOSE_CONV": 67, "SPARSE_TO_DENSE": 68, "TILE": 69,
        "EXPAND_DIMS": 70, "EQUAL": 71, "NOT_EQUAL": 72, "LOG": 73, "SUM": 74, "SQRT": 75, "RSQRT": 76, "SHAPE": 77,
        "POW": 78, "ARG_MIN": 79, "FAKE_QUANT": 80, "REDUCE_PROD": 81, "REDUCE_MAX": 82, "PACK": 83, "LOGICAL_OR":
        84, "ONE_HOT": 85, "LOGICAL_AND": 86, "LOGICAL_NOT": 87, "UNPACK": 88, "REDUCE_MIN": 89, "FLOOR_DIV": 90,
        "REDUCE_ANY": 91, "SQUARE": 92, "ZEROS_LIKE": 93, "FILL": 94, "FLOOR_MOD": 95, "RANGE": 96,
        "RESIZE_NEAREST_NEIGHBOR": 97, "LEAKY_RELU": 98, "SQUARED_DIFFERENCE": 99, "MIRROR_PAD": 100, "ABS": 101,
        "SPLIT_V": 102, "UNIQUE": 103, "CEIL": 104, "REVERSE_V2": 105, "ADD_N": 106, "GATHER_ND": 107, "COS": 108,
        "WHERE": 109, "RANK": 110, "ELU": 111, "REVERSE_SEQUENCE": 112, "MATRIX_DIAG": 113, "QUANTIZE": 114,
        "MATRIX_SET_DIAG": 115, "ROUND": 116, "HARD_SWISH": 117, "IF": 118, "WHILE": 119, "NON_MAX_SUPPRESSION_V4":
        120, "NON_MAX_SUPPRESSION_V5": 121, "SCATTER_ND": 122, "SELECT_V2": 123, "DENSIFY": 124, "SEGMENT_SUM": 125,
        "BATCH_MATMUL": 126, "PLACEHOLDER_FOR_GREATER_OP_CODES": 127, "CUMSUM": 128, "CALL_ONCE": 129,
        "BROADCAST_TO": 130, "RFFT2D": 131, "CONV_3D": 132, "IMAG": 133, "REAL": 134, "COMPLEX_ABS": 135,
        "HASHTABLE": 136, "HASHTABLE_FIND": 137, "HASHTABLE_IMPORT": 138, "HASHTABLE_SIZE": 139, "REDUCE_ALL": 140,
        "CONV_3D_TRANSPOSE": 141, "VAR_HANDLE": 142, "READ_VARIABLE": 143, "ASSIGN_VARIABLE": 144, "BROADCAST_ARGS":
        145, "RANDOM_STANDARD_NORMAL": 146, "BUCKETIZE": 147, "RANDOM_UNIFORM": 148, "MULTINOMIAL": 149, "GELU":
        150, "DYNAMIC_UPDATE_SLICE": 151, "RELU_0_TO_1": 152, "UNSORTED_SEGMENT_PROD": 153, "UNSORTED_SEGMENT_MAX":
        154, "UNSORTED_SEGMENT_SUM": 155, "ATAN2": 156, "UNSORTED_SEGMENT_MIN": 157, "SIGN": 158, "BITCAST": 159,
        "BITWISE_XOR": 160, "RIGHT_SHIFT": 161, "STABLEHLO_LOGISTIC": 162, "STABLEHLO_ADD": 163, "STABLEHLO_DIVIDE":
        164, "STABLEHLO_MULTIPLY": 165, "STABLEHLO_MAXIMUM": 166, "STABLEHLO_RESHAPE": 167, "STABLEHLO_CLAMP": 168,
        "STABLEHLO_CONCATENATE": 169, "STABLEHLO_BROADCAST_IN_DIM": 170, "STABLEHLO_CONVOLUTION": 171,
        "STABLEHLO_SLICE": 172, "STABLEHLO_CUSTOM_CALL": 173, "STABLEHLO_REDUCE": 174, "STABLEHLO_ABS": 175,
        "STABLEHLO_AND": 176, "STABLEHLO_COSINE": 177, "STABLEHLO_EXPONENTIAL": 178, "STABLEHLO_FLOOR": 179,
        "STABLEHLO_LOG": 180, "STABLEHLO_MINIMUM": 181, "STABLEHLO_NEGATE": 182, "STABLEHLO_OR": 183,
        "STABLEHLO_POWER": 184, "STABLEHLO_REMAINDER": 185, "STABLEHLO_RSQRT": 186, "STABLEHLO_SELECT": 187,
        "STABLEHLO_SUBTRACT": 188, "STABLEHLO_TANH": 189, "STABLEHLO_SCATTER": 190, "STABLEHLO_COMPARE": 191,
        "STABLEHLO_CONVERT": 192, "STABLEHLO_DYNAMIC_SLICE": 193, "STABLEHLO_DYNAMIC_UPDATE_SLICE": 194,
        "STABLEHLO_PAD": 195, "STABLEHLO_IOTA": 196, "STABLEHLO_DOT_GENERAL": 197, "STABLEHLO_REDUCE_WINDOW": 198,
        "STABLEHLO_SORT": 199, "STABLEHLO_WHILE": 200, "STABLEHLO_GATHER": 201, "STABLEHLO_TRANSPOSE": 202,
        "DILATE": 203, "STABLEHLO_RNG_BIT_GENERATOR": 204, "REDUCE_WINDOW": 205, "STABLEHLO_COMPOSITE": 206,
        "STABLEHLO_SHIFT_LEFT": 207, "STABLEHLO_CBRT": 208, "STABLEHLO_CASE": 209,
    },
    "CombinerType": {
        "SUM": 0, "MEAN": 1, "SQRTN": 2,
    },
    "CustomOptionsFormat": {
        "FLEXBUFFERS": 0,
    },
    "DimensionType": {
        "DENSE": 0, "SPARSE_CSR": 1,
    },
    "FullyConnectedOptionsWeightsFormat": {
        "DEFAULT": 0, "SHUFFLED4x16INT8": 1,
    },
    "LSHProjectionType": {
        "UNKNOWN": 0, "SPARSE": 1, "DENSE": 2,
    },
    "LSTMKernelType": {
        "FULL": 0, "BASIC": 1,
    },
    "MirrorPadMode": {
        "REFLECT": 0, "SYMMETRIC": 1,
    },
    "Padding": {
        "SAME": 0, "VALID": 1,
    },
    "ReduceWindowFunction": {
        "UNSUPPORTED": 0, "ADD": 1, "MUL": 2, "MINIMUM": 3, "MAXIMUM": 4, "ALL": 5, "ANY": 6,
    },
    "RngAlgorithm": {
        "DEFAULT": 0, "PHILOX": 1, "THREEFRY": 2,
    },
    "StablehloComparisonDirection": {
        "STABLEHLO_COMPARISON_DIRECTION_EQ": 0, "STABLEHLO_COMPARISON_DIRECTION_NE": 1,
        "STABLEHLO_COMPARISON_DIRECTION_GE": 2, "STABLEHLO_COMPARISON_DIRECTION_GT": 3,
        "STABLEHLO_COMPARISON_DIRECTION_LE": 4, "STABLEHLO_COMPARISON_DIRECTION_LT": 5,
    },
    "StablehloComparisonType": {
        "STABLEHLO_COMPARISON_TYPE_NOTYPE": 0, "STABLEHLO_COMPARISON_TYPE_FLOAT": 1,
        "STABLEHLO_COMPARISON_TYPE_FLOAT_TOTAL_ORDER": 2, "STABLEHLO_COMPARISON_TYPE_SIGNED": 3,
        "STABLEHLO_COMPARISON_TYPE_UNSIGNED": 4,
    },
    "StablehloPrecisionConfig": {
        "DEFAULT": 0, "HIGH": 1, "HIGHEST": 2,
    },
    "TensorType": {
        "FLOAT32": 0, "FLOAT16": 1, "INT32": 2, "UINT8": 3, "INT64": 4, "STRING": 5, "BOOL": 6, "INT16": 7,
        "COMPLEX64": 8, "INT8": 9, "FLOAT64": 10, "COMPLEX128": 11, "UINT64": 12, "RESOURCE": 13, "VARIANT": 14,
        "UINT32": 15, "UINT16": 16, "INT4": 17, "BFLOAT16": 18, "INT2": 19, "UINT4": 20, "FLOAT8_E4M3FN": 21,
        "FLOAT8_E5M2": 22,
    },
}

UNIONS = {
    "BuiltinOptions": {
        "NONE": 0, "Conv2DOptions": 1, "DepthwiseConv2DOptions": 2, "ConcatEmbeddingsOptions": 3,
        "LSHProjectionOptions": 4, "Pool2DOptions": 5, "SVDFOptions": 6, "RNNOptions": 7, "FullyConnectedOptions":
        8, "SoftmaxOptions": 9, "ConcatenationOptions": 10, "AddOptions": 11, "L2NormOptions": 12,
        "LocalResponseNormalizationOptions": 13, "LSTMOptions": 14, "ResizeBilinearOptions": 15, "CallOptions": 16,
        "ReshapeOptions": 17, "SkipGramOptions": 18, "SpaceToDepthOptions": 19, "EmbeddingLookupSparseOptions": 20,
        "MulOptions": 21, "PadOptions": 22, "GatherOptions": 23, "BatchToSpaceNDOptions": 24,
        "SpaceToBatchNDOptions": 25, "TransposeOptions": 26, "ReducerOptions": 27, "SubOptions": 28, "DivOptions":
        29, "SqueezeOptions": 30, "SequenceRNNOptions": 31, "StridedSliceOptions": 32, "ExpOptions": 33,
        "TopKV2Options": 34, "SplitOptions": 35, "LogSoftmaxOptions": 36, "CastOptions": 37, "DequantizeOptions":
        38, "MaximumMinimumOptions": 39, "ArgMaxOptions": 40, "LessOptions": 41, "NegOptions": 42, "PadV2Options":
        43, "GreaterOptions": 44, "GreaterEqualOptions": 45, "LessEqualOptions": 46, "SelectOptions": 47,
        "SliceOptions": 48, "TransposeConvOptions": 49, "SparseToDenseOptions": 50, "TileOptions": 51,
        "ExpandDimsOptions": 52, "EqualOptions": 53, "NotEqualOptions": 54, "ShapeOptions": 55, "PowOptions": 56,
        "ArgMinOptions": 57, "FakeQuantOptions": 58, "PackOptions": 59, "LogicalOrOptions": 60, "OneHotOptions": 61,
        "LogicalAndOptions": 62, "LogicalNotOptions": 63, "UnpackOptions": 64, "FloorDivOptions": 65,
        "SquareOptions": 66, "ZerosLikeOptions": 67, "FillOptions": 68, "BidirectionalSequenceLSTMOptions": 69,
        "BidirectionalSequenceRNNOptions": 70, "UnidirectionalSequenceLSTMOptions": 71, "FloorModOptions": 72,
        "RangeOptions": 73, "ResizeNearestNeighborOptions": 74, "LeakyReluOptions": 75, "SquaredDifferenceOptions":
        76, "MirrorPadOptions": 77, "AbsOptions": 78, "SplitVOptions": 79, "UniqueOptions": 80, "ReverseV2Options":
        81, "AddNOptions": 82, "GatherNdOptions": 83, "CosOptions": 84, "WhereOptions": 85, "RankOptions": 86,
        "ReverseSequenceOptions": 87, "MatrixDiagOptions": 88, "QuantizeOptions": 89, "MatrixSetDiagOptions": 90,
        "HardSwishOptions": 91, "IfOptions": 92, "WhileOptions": 93, "DepthToSpaceOptions": 94,
        "NonMaxSuppressionV4Options": 95, "NonMaxSuppressionV5Options": 96, "ScatterNdOptions": 97,
        "SelectV2Options": 98, "DensifyOptions": 99, "SegmentSumOptions": 100, "BatchMatMulOptions": 101,
        "CumsumOptions": 102, "CallOnceOptions": 103, "BroadcastToOptions": 104, "Rfft2dOptions": 105,
        "Conv3DOptions": 106, "HashtableOptions": 107, "HashtableFindOptions": 108, "HashtableImportOptions": 109,
        "HashtableSizeOptions": 110, "VarHandleOptions": 111, "ReadVariableOptions": 112, "AssignVariableOptions":
        113, "RandomOptions": 114, "BucketizeOptions": 115, "GeluOptions": 116, "DynamicUpdateSliceOptions": 117,
        "UnsortedSegmentProdOptions": 118, "UnsortedSegmentMaxOptions": 119, "UnsortedSegmentMinOptions": 120,
        "UnsortedSegmentSumOptions": 121, "ATan2Options": 122, "SignOptions": 123, "BitcastOptions": 124,
        "BitwiseXorOptions": 125, "RightShiftOptions": 126,
    },
    "BuiltinOptions2": {
        "NONE": 0, "StablehloConcatenateOptions": 1, "StablehloBroadcastInDimOptions": 2, "StablehloSliceOptions":
        3, "StablehloConvolutionOptions": 4, "StablehloCustomCallOptions": 5, "StablehloReduceOptions": 6,
        "StablehloScatterOptions": 7, "StablehloCompareOptions": 8, "StablehloDynamicSliceOptions": 9,
        "StablehloPadOptions": 10, "StablehloIotaOptions": 11, "StablehloDotGeneralOptions": 12,
        "StablehloReduceWindowOptions": 13, "StablehloSortOptions": 14, "StablehloWhileOptions": 15,
        "StablehloGatherOptions": 16, "StablehloTransposeOptions": 17, "DilateOptions": 18,
        "StablehloRngBitGeneratorOptions": 19, "ReduceWindowOptions": 20, "StableHLOCompositeOptions": 21,
        "StablehloShiftLeftOptions": 22, "StablehloCaseOptions": 23,
    },
    "QuantizationDetails": {
        "NONE": 0, "CustomQuantization": 1, "BlockwiseQuantization": 2, "MultiAxisQuantization": 3,
    },
    "SparseIndexVector": {
        "NONE": 0, "Int32Vector": 1, "Uint16Vector": 2, "Uint8Vector": 3,
    },
}
