"""Results of TensorFlow operators that have none or several: names, counts and element types.

Made from TensorFlow's op registry by tests/frontends/graphdef/tools/make_op_outputs.py; do not edit. Each result is
`name:type` (an element type, or the attribute that holds it), `name:type*count` (as many as the attribute `count`
says) or `name**types` (one for each element type in the list attribute `types`). An operator that is not listed has one
result.
"""

SPECS = """\
Abort
AllCandidateSampler sampled_candidates:int64 true_expected_count:float32 sampled_expected_count:float32
AnonymousIteratorV2 handle:resource deleter:variant
AnonymousMemoryCache handle:resource deleter:variant
AnonymousMultiDeviceIterator handle:resource deleter:variant
AnonymousRandomSeedGenerator handle:resource deleter:variant
AnonymousSeedGenerator handle:resource deleter:variant
ApproxTopK values:T indices:int32
Assert
AssignAddVariableOp
AssignSubVariableOp
AssignVariableOp
Batch batched_tensors**T batch_index:int64 id:int64
BatchFunction out_tensors**Tout
BatchSelfAdjointEigV2 e:T v:T
BatchSvd s:T u:T v:T
BlockLSTM i:T cs:T f:T o:T ci:T co:T h:T
BlockLSTMV2 i:T cs:T f:T o:T ci:T co:T h:T
CSRSparseMatrixComponents row_ptrs:int32 col_inds:int32 values:type
CSRSparseMatrixToSparseTensor indices:int64 values:type dense_shape:int64
CTCGreedyDecoder decoded_indices:int64 decoded_values:int64 decoded_shape:int64 log_probability:T
CTCLoss loss:T gradient:T
CTCLossV2 loss:float32 gradient:float32
Case output**Tout
CombinedNonMaxSuppression nmsed_boxes:float32 nmsed_scores:float32 nmsed_classes:float32 valid_detections:int32
CompositeTensorVariantToComponents components**Tcomponents
ComputeAccidentalHits indices:int32 ids:int64 weights:float32
ConcatOffset offset:shape_type*N
ConsumeMutexLock
ControlTrigger
ConvertToCooTensor row_ids:int32 col_ids:int32 gains:float32
CudnnRNN output:T output_h:T output_c:T reserve_space:T
CudnnRNNParamsToCanonical weights:T*num_params biases:T*num_params
CudnnRNNParamsToCanonicalV2 weights:T*num_params_weights biases:T*num_params_biases
CudnnRNNV2 output:T output_h:T output_c:T reserve_space:T host_reserved:int8
CudnnRNNV3 output:T output_h:T output_c:T reserve_space:T host_reserved:int8
DecodeCSV output**OUT_TYPE
DecodeProtoV2 sizes:int32 values**output_types
DecodeWav audio:float32 sample_rate:int32
DeleteIterator
DeleteMemoryCache
DeleteMultiDeviceIterator
DeleteRandomSeedGenerator
DeleteSeedGenerator
DeleteSessionTensor
DenseCountSparseOutput output_indices:int64 output_values:output_type output_dense_shape:int64
DenseToDenseSetOperation result_indices:int64 result_values:T result_shape:int64
DenseToSparseSetOperation result_indices:int64 result_values:T result_shape:int64
DeserializeIterator
DeserializeManySparse sparse_indices:int64 sparse_values:dtype sparse_shape:int64
DeserializeSparse sparse_indices:int64 sparse_values:dtype sparse_shape:int64
DestroyResourceOp
DisableCopyOnRead
DistributedSave
DynamicPartition outputs:T*num_partitions
EagerPyFunc output**Tout
Eig e:Tout v:Tout
FileSystemSetConfiguration
FixedUnigramCandidateSampler sampled_candidates:int64 true_expected_count:float32 sampled_expected_count:float32
For output**T
FractionalAvgPool output:T row_pooling_sequence:int64 col_pooling_sequence:int64
FractionalMaxPool output:T row_pooling_sequence:int64 col_pooling_sequence:int64
FusedBatchNorm y:T batch_mean:T batch_variance:T reserve_space_1:T reserve_space_2:T
FusedBatchNormV2 y:T batch_mean:U batch_variance:U reserve_space_1:U reserve_space_2:U
FusedBatchNormV3 y:T batch_mean:U batch_variance:U reserve_space_1:U reserve_space_2:U reserve_space_3:U
GRUBlockCell r:T u:T c:T h:T
GenerateBoundingBoxProposals rois:float32 roi_probabilities:float32
GenerateVocabRemapping remapping:int64 num_present:int32
GetElementAtIndex components**output_types
GetStatsFromListOfSparseCoreCooTensors max_ids_per_sparse_core:int32 max_unique_ids_per_sparse_core:int32
IdentityN output**T
If output**Tout
ImportEvent
InfeedDequeueTuple outputs**dtypes
InfeedEnqueue
InfeedEnqueuePrelinearizedBuffer
InfeedEnqueueTuple
InitializeTable
InitializeTableFromTextFile
InitializeTableFromTextFileV2
InitializeTableV2
IsotonicRegression output:output_dtype segments:int32
IteratorGetNext components**output_types
IteratorGetNextSync components**output_types
LSTMBlockCell i:T cs:T f:T o:T ci:T co:T h:T
LearnedUnigramCandidateSampler sampled_candidates:int64 true_expected_count:float32 sampled_expected_count:float32
ListDiff out:T idx:out_idx
LogMatrixDeterminant sign:T log_abs_determinant:T
LogUniformCandidateSampler sampled_candidates:int64 true_expected_count:float32 sampled_expected_count:float32
LookupTableExport keys:Tkeys values:Tvalues
LookupTableExportV2 keys:Tkeys values:Tvalues
LookupTableImport
LookupTableImportV2
LookupTableInsert
LookupTableInsertV2
LookupTableRemoveV2
Lu lu:T p:output_idx_type
MakeIterator
MapClear
MapDefun output**output_types
MapPeek values**dtypes
MapStage
MapUnstage values**dtypes
MapUnstageNoKey key:int64 values**dtypes
MaxPoolWithArgmax output:T argmax:Targmax
Merge output:T value_index:int32
MergeV2Checkpoints
MultiDeviceIteratorGetNextFromShard components**output_types
NearestNeighbors nearest_center_indices:int64 nearest_center_distances:float32
NoOp
NonMaxSuppressionV4 selected_indices:int32 valid_outputs:int32
NonMaxSuppressionV5 selected_indices:int32 selected_scores:T valid_outputs:int32
OptionalGetValue components**output_types
OrderedMapClear
OrderedMapPeek values**dtypes
OrderedMapStage
OrderedMapUnstage values**dtypes
OrderedMapUnstageNoKey key:int64 values**dtypes
OutfeedDequeueTuple outputs**dtypes
OutfeedDequeueTupleV2 outputs**dtypes
OutfeedEnqueue
OutfeedEnqueueTuple
PartitionedCall output**Tout
PrintV2
PyFunc output**Tout
PyFuncStateless output**Tout
Qr q:T r:T
QuantizeDownAndShrinkRange output:out_type output_min:float32 output_max:float32
QuantizeV2 output:T output_min:float32 output_max:float32
QuantizedAdd z:Toutput min_z:float32 max_z:float32
QuantizedAvgPool output:T min_output:float32 max_output:float32
QuantizedBatchNormWithGlobalNormalization result:out_type result_min:float32 result_max:float32
QuantizedBiasAdd output:out_type min_out:float32 max_out:float32
QuantizedConcat output:T output_min:float32 output_max:float32
QuantizedConv2D output:out_type min_output:float32 max_output:float32
QuantizedConv2DAndRelu output:out_type min_output:float32 max_output:float32
QuantizedConv2DAndReluAndRequantize output:out_type min_output:float32 max_output:float32
QuantizedConv2DAndRequantize output:out_type min_output:float32 max_output:float32
QuantizedConv2DPerChannel output:out_type min_output:float32 max_output:float32
QuantizedConv2DWithBias output:out_type min_output:float32 max_output:float32
QuantizedConv2DWithBiasAndRelu output:out_type min_output:float32 max_output:float32
QuantizedConv2DWithBiasAndReluAndRequantize output:out_type min_output:float32 max_output:float32
QuantizedConv2DWithBiasAndRequantize output:out_type min_output:float32 max_output:float32
QuantizedConv2DWithBiasSignedSumAndReluAndRequantize output:out_type min_output:float32 max_output:float32
QuantizedConv2DWithBiasSumAndRelu output:out_type min_output:float32 max_output:float32
QuantizedConv2DWithBiasSumAndReluAndRequantize output:out_type min_output:float32 max_output:float32
QuantizedDepthwiseConv2D output:out_type min_output:float32 max_output:float32
QuantizedDepthwiseConv2DWithBias output:out_type min_output:float32 max_output:float32
QuantizedDepthwiseConv2DWithBiasAndRelu output:out_type min_output:float32 max_output:float32
QuantizedDepthwiseConv2DWithBiasAndReluAndRequantize output:out_type min_output:float32 max_output:float32
QuantizedInstanceNorm y:T y_min:float32 y_max:float32
QuantizedMatMul out:Toutput min_out:float32 max_out:float32
QuantizedMatMulWithBias out:Toutput min_out:float32 max_out:float32
QuantizedMatMulWithBiasAndRelu out:Toutput min_out:float32 max_out:float32
QuantizedMatMulWithBiasAndReluAndRequantize out:Toutput min_out:float32 max_out:float32
QuantizedMatMulWithBiasAndRequantize out:Toutput min_out:float32 max_out:float32
QuantizedMaxPool output:T min_output:float32 max_output:float32
QuantizedMul z:Toutput min_z:float32 max_z:float32
QuantizedRelu activations:out_type min_activations:float32 max_activations:float32
QuantizedRelu6 activations:out_type min_activations:float32 max_activations:float32
QuantizedReluX activations:out_type min_activations:float32 max_activations:float32
QuantizedReshape output:T output_min:float32 output_max:float32
QuantizedResizeBilinear resized_images:T out_min:float32 out_max:float32
RaggedCountSparseOutput output_indices:int64 output_values:output_type output_dense_shape:int64
RaggedCross output_values:out_values_type output_row_splits:out_row_splits_type
RaggedFillEmptyRows output_value_rowids:int64 output_values:T empty_row_indicator:bool reverse_index_map:int64
RaggedGather output_nested_splits:Tsplits*OUTPUT_RAGGED_RANK output_dense_values:Tvalues
RaggedRange rt_nested_splits:Tsplits rt_dense_values:T
RaggedTensorFromVariant output_nested_splits:Tsplits*output_ragged_rank output_dense_values:Tvalues
RaggedTensorToSparse sparse_indices:int64 sparse_values:T sparse_dense_shape:int64
RefMerge output:T value_index:int32
RefSwitch output_false:T output_true:T
RemoteCall output**Tout
RequantizationRange output_min:float32 output_max:float32
RequantizationRangePerChannel output_min:float32 output_max:float32
Requantize output:out_type output_min:float32 output_max:float32
RequantizePerChannel output:out_type output_min:float32 output_max:float32
ResourceScatterAdd
ResourceScatterDiv
ResourceScatterMax
ResourceScatterMin
ResourceScatterMul
ResourceScatterNdAdd
ResourceScatterNdMax
ResourceScatterNdMin
ResourceScatterNdSub
ResourceScatterNdUpdate
ResourceScatterSub
ResourceScatterUpdate
ResourceStridedSliceAssign
RestoreV2 tensors**dtypes
RngSkip
SampleDistortedBoundingBox begin:T size:T bboxes:float32
SampleDistortedBoundingBoxV2 begin:T size:T bboxes:float32
SelfAdjointEigV2 e:T v:T
Send
ShapeN output:out_type*N
SoftmaxCrossEntropyWithLogits loss:T backprop:T
SortListOfSparseCoreCooTensors sorted_row_ids:int32 sorted_col_ids:int32 sorted_gains:float32 id_counts:int32
SparseAdd sum_indices:int64 sum_values:T sum_shape:int64
SparseConcat output_indices:int64 output_values:T output_shape:int64
SparseCountSparseOutput output_indices:int64 output_values:output_type output_dense_shape:int64
SparseCross output_indices:int64 output_values:out_type output_shape:int64
SparseCrossHashed output_indices:int64 output_values:int64 output_shape:int64
SparseCrossV2 output_indices:int64 output_values:string output_shape:int64
SparseFillEmptyRows output_indices:int64 output_values:T empty_row_indicator:bool reverse_index_map:int64
SparseReduceMaxSparse output_indices:int64 output_values:T output_shape:int64
SparseReduceSumSparse output_indices:int64 output_values:T output_shape:int64
SparseReorder output_indices:int64 output_values:T
SparseReshape output_indices:int64 output_shape:int64
SparseSlice output_indices:int64 output_values:T output_shape:int64
SparseSoftmaxCrossEntropyWithLogits loss:T backprop:T
SparseSparseMaximum output_indices:int64 output_values:T
SparseSparseMinimum output_indices:int64 output_values:T
SparseSplit output_indices:int64*num_split output_values:T*num_split output_shape:int64*num_split
SparseToSparseSetOperation result_indices:int64 result_values:T result_shape:int64
Split output:T*num_split
SplitV output:T*num_split
StackClose
StackCloseV2
Stage
StageClear
StagePeek values**dtypes
StatefulPartitionedCall output**Tout
StatelessCase output**Tout
StatelessIf output**Tout
StatelessRandomGetKeyCounter key:uint64 counter:uint64
StatelessRandomGetKeyCounterAlg key:uint64 counter:uint64 alg:int32
StatelessSampleDistortedBoundingBox begin:T size:T bboxes:float32
StatelessWhile output**T
StoreMinibatchStatisticsInFdo
StringNGrams ngrams:string ngrams_splits:Tsplits
StringSplit indices:int64 values:string shape:int64
StringSplitV2 indices:int64 values:string shape:int64
Svd s:T u:T v:T
Switch output_false:T output_true:T
SyncDevice
TakeManySparseFromTensorsMap sparse_indices:int64 sparse_values:dtype sparse_shape:int64
TensorArrayClose
TensorArrayCloseV2
TensorArrayCloseV3
TensorArrayConcat value:dtype lengths:int64
TensorArrayConcatV2 value:dtype lengths:int64
TensorArrayConcatV3 value:dtype lengths:int64
TensorArrayV3 handle:resource flow:float32
TensorListConcat tensor:element_dtype lengths:int64
TensorListConcatV2 tensor:element_dtype lengths:int64
TensorListPopBack output_handle:variant tensor:element_dtype
TopK values:T indices:int32
TopKV2 values:T indices:index_type
UncompressElement components**output_types
UnicodeDecode row_splits:Tsplits char_values:int32
UnicodeDecodeWithOffsets row_splits:Tsplits char_values:int32 char_to_byte_starts:int64
UniformCandidateSampler sampled_candidates:int64 true_expected_count:float32 sampled_expected_count:float32
Unique y:T idx:out_idx
UniqueV2 y:T idx:out_idx
UniqueWithCounts y:T idx:out_idx count:out_idx
UniqueWithCountsV2 y:T idx:out_idx count:out_idx
Unpack output:T*num
Unstage values**dtypes
While output**T
WriteFile
"""
