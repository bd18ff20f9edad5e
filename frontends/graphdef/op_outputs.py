"""Results of TensorFlow operators that have none or several, or one of an unusual type.

Made from TensorFlow's op registry by tests/frontends/graphdef/tools/make_op_outputs.py; do not edit. Each result is
`name:type` (an element type, or the attribute that holds it), `name:type*count` (as many as the attribute `count`
says) or `name**types` (one for each element type in the list attribute `types`). ONE has, as `op/name:type`, operators
with a single such result. An operator that is not listed has one of the type that its first usual attribute holds.
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

ONE = """
AddManySparseToTensorsMap/sparse_handles:int64 AddSparseToTensorsMap/sparse_handle:int64 AdjustContrast/output:float32
All/output:bool AnonymousHashTable/table_handle:resource AnonymousIterator/handle:resource
AnonymousIteratorV3/handle:resource AnonymousMultiDeviceIteratorV3/handle:resource
AnonymousMutableDenseHashTable/table_handle:resource AnonymousMutableHashTable/table_handle:resource
AnonymousMutableHashTableOfTensors/table_handle:resource Any/output:bool ApproximateEqual/z:bool
ArgMax/output:output_type ArgMin/output:output_type AsString/output:string AudioSpectrogram/spectrogram:float32
BatchFFT/output:complex64 BatchFFT2D/output:complex64 BatchFFT3D/output:complex64 BatchIFFT/output:complex64
BatchIFFT2D/output:complex64 BatchIFFT3D/output:complex64 Bitcast/output:type Bucketize/output:int32
CSRSparseMatrixToDense/dense_output:type CompositeTensorVariantFromComponents/encoded:variant
CompressElement/compressed:variant ComputeBatchSize/batch_size:int64 CropAndResize/crops:float32
CudnnRNNParamsSize/params_size:S DebugNanCount/output:int64 DecodeAndCropJpeg/image:uint8 DecodeBase64/output:string
DecodeBmp/image:uint8 DecodeCompressed/output:string DecodeGif/image:uint8 DecodeJSONExample/binary_examples:string
DecodeJpeg/image:uint8 DenseToCSRSparseMatrix/sparse_output:variant Dequantize/output:dtype DeviceIndex/index:int32
DummyIterationCounter/handle:resource DummyMemoryCache/handle:resource DummySeedGenerator/handle:resource
EditDistance/output:float32 EmptyTensorList/handle:variant EmptyTensorMap/handle:variant EncodeBase64/output:string
EncodeJpeg/contents:string EncodeJpegVariableQuality/contents:string EncodePng/contents:string
EncodeProto/bytes:string EncodeWav/contents:string Equal/z:bool ExperimentalIteratorGetDevice/device:string
ExperimentalStatsAggregatorHandle/handle:resource ExperimentalThreadPoolHandle/handle:resource
ExtractGlimpse/glimpse:float32 ExtractGlimpseV2/glimpse:float32 FFT/output:Tcomplex FFT2D/output:Tcomplex
FFT3D/output:Tcomplex FFTND/output:Tcomplex Fact/fact:string FakeQuantWithMinMaxArgs/outputs:float32
FakeQuantWithMinMaxVars/outputs:float32 FakeQuantWithMinMaxVarsPerChannel/outputs:float32
Fingerprint/fingerprint:uint8 Gather/output:Tparams GatherNd/output:Tparams GatherV2/output:Tparams
GetOptions/serialized_options:string GetSessionHandle/handle:string GetSessionHandleV2/handle:resource
GlobalIterId/iter_id:int64 Greater/z:bool GreaterEqual/z:bool HashTable/table_handle:string
HashTableV2/table_handle:resource HistogramFixedWidth/out:dtype IFFT/output:Tcomplex IFFT2D/output:Tcomplex
IFFT3D/output:Tcomplex IFFTND/output:Tcomplex IRFFT/output:Treal IRFFT2D/output:Treal IRFFT3D/output:Treal
IRFFTND/output:Treal InTopK/precision:bool InTopKV2/precision:bool IsFinite/y:bool IsInf/y:bool IsNan/y:bool
IsVariableInitialized/is_initialized:bool Iterator/handle:resource IteratorFromStringHandle/resource_handle:resource
IteratorFromStringHandleV2/resource_handle:resource IteratorGetDevice/device:string
IteratorGetModelProto/model_proto:string IteratorGetNextAsOptional/optional:variant
IteratorToStringHandle/string_handle:string IteratorV2/handle:resource KMC2ChainInitialization/index:int64
KmeansPlusPlusInitialization/samples:float32 Less/z:bool LessEqual/z:bool LoadAndRemapMatrix/output_matrix:float32
LogicalAnd/z:bool LogicalNot/y:bool LogicalOr/z:bool LookupTableSize/size:int64 LookupTableSizeV2/size:int64
LoopCond/output:bool LowerBound/output:out_type MapIncompleteSize/size:int32 MapSize/size:int32
MatchingFiles/filenames:string Mfcc/output:float32 MultiDeviceIterator/handle:resource
MultiDeviceIteratorFromStringHandle/multi_device_iterator:resource MultiDeviceIteratorInit/incarnation_id:int64
MultiDeviceIteratorToStringHandle/string_handle:string Multinomial/output:output_dtype
MutableDenseHashTable/table_handle:string MutableDenseHashTableV2/table_handle:resource
MutableHashTable/table_handle:string MutableHashTableOfTensors/table_handle:string
MutableHashTableOfTensorsV2/table_handle:resource MutableHashTableV2/table_handle:resource
MutexLock/mutex_lock:variant MutexV2/resource:resource NonMaxSuppression/selected_indices:int32
NonMaxSuppressionV2/selected_indices:int32 NonMaxSuppressionV3/selected_indices:int32
NonMaxSuppressionWithOverlaps/selected_indices:int32 NotEqual/z:bool OneShotIterator/handle:resource
OptionalFromValue/optional:variant OptionalHasValue/has_value:bool OptionalNone/optional:variant
OrderedMapIncompleteSize/size:int32 OrderedMapSize/size:int32 ParameterizedTruncatedNormal/output:dtype
PopulationCount/y:uint8 Prelinearize/output:variant PrelinearizeTuple/output:variant
QuantizedMatMulWithBiasAndDequantize/out:Toutput RFFT/output:Tcomplex RFFT2D/output:Tcomplex RFFT3D/output:Tcomplex
RFFTND/output:Tcomplex RaggedTensorToVariant/encoded_ragged:variant RandomStandardNormal/output:dtype
RandomUniform/output:dtype Range/output:Tidx Rank/output:int32 ReadFile/contents:string RecordInput/records:string
Recv/tensor:tensor_type ReduceJoin/output:string RegexFullMatch/output:bool RegexReplace/output:string
ResizeArea/resized_images:float32 ResizeBicubic/resized_images:float32 ResizeBilinear/resized_images:float32
Restore/tensor:dt RestoreSlice/tensor:dt RngReadAndSkip/value:int64 ScaleAndTranslate/resized_images:float32
SerializeIterator/serialized:variant SerializeManySparse/serialized_sparse:out_type
SerializeSparse/serialized_sparse:out_type SerializeTensor/serialized:string SetSize/size:int32 Shape/output:out_type
ShardedFilename/filename:string ShardedFilespec/filename:string Size/output:out_type SparseMatMul/product:float32
SparseMatrixAdd/c:variant SparseMatrixMul/output:variant SparseMatrixNNZ/nnz:int32
SparseMatrixOrderingAMD/output:int32 SparseMatrixSoftmax/softmax:variant SparseMatrixSparseCholesky/output:variant
SparseMatrixSparseMatMul/c:variant SparseMatrixTranspose/output:variant SparseMatrixZeros/sparse_matrix:variant
SparseTensorToCSRSparseMatrix/sparse_matrix:variant Stack/handle:string StackPop/elem:elem_type
StackPopV2/elem:elem_type StackV2/handle:resource StageSize/size:int32 StatefulRandomBinomial/output:dtype
StatelessMultinomial/output:output_dtype StatelessRandomBinomial/output:dtype StatelessRandomGammaV2/output:dtype
StatelessRandomGetAlg/alg:int32 StatelessRandomNormal/output:dtype StatelessRandomPoisson/output:dtype
StatelessRandomUniform/output:dtype StatelessRandomUniformFullInt/output:dtype StatelessRandomUniformInt/output:dtype
StatelessTruncatedNormal/output:dtype StaticRegexFullMatch/output:bool StaticRegexReplace/output:string
StatsAggregatorHandle/handle:resource StatsAggregatorHandleV2/handle:resource StringFormat/output:string
StringJoin/output:string StringLength/output:int32 StringLower/output:string StringStrip/output:string
StringToHashBucket/output:int64 StringToHashBucketFast/output:int64 StringToHashBucketStrong/output:int64
StringUpper/output:string Substr/output:string TensorArray/handle:string TensorArrayScatter/flow_out:float32
TensorArrayScatterV2/flow_out:float32 TensorArrayScatterV3/flow_out:float32 TensorArraySize/size:int32
TensorArraySizeV2/size:int32 TensorArraySizeV3/size:int32 TensorArraySplit/flow_out:float32
TensorArraySplitV2/flow_out:float32 TensorArraySplitV3/flow_out:float32 TensorArrayUnpack/flow_out:float32
TensorArrayV2/handle:string TensorArrayWrite/flow_out:float32 TensorArrayWriteV2/flow_out:float32
TensorArrayWriteV3/flow_out:float32 TensorListConcatLists/output:variant
TensorListElementShape/element_shape:shape_type TensorListFromTensor/output_handle:variant
TensorListGather/values:element_dtype TensorListGetItem/item:element_dtype TensorListLength/length:int32
TensorListPushBack/output_handle:variant TensorListPushBackBatch/output_handles:variant
TensorListReserve/handle:variant TensorListResize/output_handle:variant TensorListScatter/output_handle:variant
TensorListScatterIntoExistingList/output_handle:variant TensorListScatterV2/output_handle:variant
TensorListSetItem/output_handle:variant TensorListSplit/output_handle:variant TensorListStack/tensor:element_dtype
TensorMapErase/output_handle:variant TensorMapHasKey/has_key:bool TensorMapInsert/output_handle:variant
TensorMapLookup/value:value_dtype TensorMapSize/size:int32 TensorMapStackKeys/keys:key_dtype
ThreadPoolHandle/handle:resource Timestamp/ts:float64 ToBool/output:bool TruncatedNormal/output:dtype
UnicodeEncode/output:string UnicodeScript/output:int32 UnicodeTranscode/output:string UnravelIndex/output:Tidx
UnsortedSegmentJoin/output:string UpperBound/output:out_type VarHandleOp/resource:resource
VarIsInitializedOp/is_initialized:bool Where/index:int64 WindowOp/handle:variant WorkerHeartbeat/response:string
"""
