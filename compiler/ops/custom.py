"""Operators that TFLite runs as custom ones of a fixed name: audio features, CTC decoding, box post-processing.

Their attributes are written as they are, field by field, into the custom operator's FlexBuffer map.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import ShapeError
from ..ir.types import FLOAT32, INT64, TensorType
from . import Unfoldable, register
from .base import Extent, OpDef, Operands, Values, need_rank
from .shape import ints


class AudioSpectrogramAttrs(NamedTuple):
    """Samples in a window and between windows; whether to leave the square root out."""

    window_size: int
    stride: int
    magnitude_squared: bool = False


@register
class AudioSpectrogram(OpDef):
    """Magnitudes of the Fourier transforms of overlapping windows of sound, each weighted by a periodic Hann window."""

    kind = "AudioSpectrogram"
    operands = ("input",)
    Attrs = AudioSpectrogramAttrs

    @staticmethod
    def infer(inputs: Operands, attrs: AudioSpectrogramAttrs) -> list[TensorType]:
        """[samples, channels] -> [channels, windows that fit, frequencies] float32.

        There are n / 2 + 1 frequencies, n the power of two that is at least the window.
        """
        samples, channels = need_rank("AudioSpectrogram", inputs[0].shape, 2, "the input")
        window, stride = attrs.window_size, attrs.stride
        if window < 2 or stride < 1:
            raise ShapeError(f"AudioSpectrogram: windows of {window} samples every {stride}")
        frames: Extent = None
        if type(samples) is int:
            frames = 0 if samples < window else 1 + (samples - window) // stride
        return [TensorType(FLOAT32, (channels, frames, _transform(window) // 2 + 1))]

    @staticmethod
    def kernel(values: Values, attrs: AudioSpectrogramAttrs) -> list[NDArray[Any]]:
        """Computed in float64, rounded at the end."""
        x, window, stride = values[0].T.astype(np.float64), attrs.window_size, attrs.stride
        frames = 0 if x.shape[1] < window else 1 + (x.shape[1] - window) // stride
        places = np.arange(frames)[:, np.newaxis] * stride + np.arange(window)
        hann = 0.5 - 0.5 * np.cos(2 * np.pi / window * np.arange(window))
        bins = np.fft.rfft(x[:, places] * hann, _transform(window))
        power = bins.real**2 + bins.imag**2
        return [(power if attrs.magnitude_squared else np.sqrt(power)).astype(np.float32)]


def _transform(window: int) -> int:
    """The power of two that is at least `window`."""
    return 1 << max(1, (window - 1).bit_length())


class MfccAttrs(NamedTuple):
    """Frequency limits in Hz, how many mel bands there are, and how many cosine coefficients to keep."""

    upper_frequency_limit: float = 4000.0
    lower_frequency_limit: float = 20.0
    filterbank_channel_count: int = 40
    dct_coefficient_count: int = 13


def _mel(hertz: Any) -> Any:
    return 1127 * np.log1p(np.asarray(hertz) / 700)


@register
class Mfcc(OpDef):
    """Mel-frequency cepstral coefficients of a squared-magnitude spectrogram (Davis and Mermelstein, 1980)."""

    kind = "Mfcc"
    operands = ("spectrogram", "sample_rate")
    Attrs = MfccAttrs

    @staticmethod
    def infer(inputs: Operands, attrs: MfccAttrs) -> list[TensorType]:
        """[channels, frames, frequencies] -> [channels, frames, coefficients] float32."""
        channels, frames, _ = need_rank("Mfcc", inputs[0].shape, 3, "the spectrogram")
        if attrs.dct_coefficient_count < 1 or attrs.filterbank_channel_count < 1:
            raise ShapeError(
                f"Mfcc: {attrs.dct_coefficient_count} coefficients of {attrs.filterbank_channel_count} bands"
            )
        return [TensorType(FLOAT32, (channels, frames, attrs.dct_coefficient_count))]

    @staticmethod
    def kernel(values: Values, attrs: MfccAttrs) -> list[NDArray[Any]]:
        """Triangles of amplitudes on the mel scale, their logarithms, and the orthonormal cosine transform of these."""
        spectrogram, rate = values[0].astype(np.float64), ints(values[1])[0]
        bands, count = attrs.filterbank_channel_count, spectrogram.shape[-1]
        low, high = _mel(attrs.lower_frequency_limit), _mel(attrs.upper_frequency_limit)
        if not 0 <= low < high or count < 2 or rate <= 0:
            raise Unfoldable("no band of frequencies")
        centers = low + (high - low) / (bands + 1) * np.arange(1, bands + 2)
        step = 0.5 * rate / (count - 1)
        first = int(1.5 + attrs.lower_frequency_limit / step)
        last = min(count - 1, int(attrs.upper_frequency_limit / step))
        amplitudes = np.sqrt(spectrogram)
        energy = np.zeros((*spectrogram.shape[:-1], bands))
        for i in range(first, last + 1):
            mel = _mel(i * step)
            band = int(np.searchsorted(centers, mel)) - 1
            if band >= bands:
                continue
            left = centers[band] if band >= 0 else low
            weight = (centers[band + 1] - mel) / (centers[band + 1] - left)
            if band >= 0:
                energy[..., band] += weight * amplitudes[..., i]
            if band + 1 < bands:
                energy[..., band + 1] += (1 - weight) * amplitudes[..., i]
        logs = np.log(np.maximum(energy, 1e-12))
        rows = np.arange(attrs.dct_coefficient_count)[:, np.newaxis]
        cosines = np.sqrt(2 / bands) * np.cos(np.pi / bands * rows * (np.arange(bands) + 0.5))
        return [(logs @ cosines.T).astype(np.float32)]


class CtcBeamSearchAttrs(NamedTuple):
    """How many hypotheses are followed, how many are given, and whether repeated labels are merged."""

    beam_width: int = 100
    top_paths: int = 1
    merge_repeated: bool = True


@register
class CTCBeamSearchDecoder(OpDef):
    """The likeliest label sequences of a connectionist temporal classification, as sparse matrices.

    Results: `top_paths` index matrices, as many label vectors, as many shapes, and the logarithms of likelihoods.
    """

    kind = "CTCBeamSearchDecoder"
    operands = ("input", "lengths")
    Attrs = CtcBeamSearchAttrs
    foldable = False

    @staticmethod
    def infer(inputs: Operands, attrs: CtcBeamSearchAttrs) -> list[TensorType]:
        """[time, batch, classes] -> per path [?, 2] and [?] and [2] int64; [batch, top_paths] of the input's dtype."""
        batch = need_rank("CTCBeamSearchDecoder", inputs[0].shape, 3, "the input")[1]
        n = attrs.top_paths
        if not 1 <= n <= 1 << 10:
            raise ShapeError(f"CTCBeamSearchDecoder: {n} paths")
        shapes: list[Any] = [*[(None, 2)] * n, *[(None,)] * n, *[(2,)] * n]
        return [*[TensorType(INT64, s) for s in shapes], TensorType(inputs[0].dtype, (batch, n))]


class DetectionPostProcessAttrs(NamedTuple):
    """What the custom operator TFLite_Detection_PostProcess reads: numbers of boxes, thresholds, scales of the coding.

    With `use_regular_nms` each class is suppressed for itself, at most `detections_per_class` of it.
    """

    max_detections: int
    max_classes_per_detection: int
    nms_score_threshold: float
    nms_iou_threshold: float
    num_classes: int
    y_scale: float
    x_scale: float
    h_scale: float
    w_scale: float
    detections_per_class: int = 100
    use_regular_nms: bool = False


@register
class DetectionPostProcess(OpDef):
    """Boxes decoded against anchors, suppressed, best first: corners, classes, scores, and how many there are."""

    kind = "DetectionPostProcess"
    operands = ("boxes", "scores", "anchors")
    Attrs = DetectionPostProcessAttrs
    foldable = False

    @staticmethod
    def infer(inputs: Operands, attrs: DetectionPostProcessAttrs) -> list[TensorType]:
        """[1, n, 4], [1, n], [1, n] and [1] float32, n = max_detections * max_classes_per_detection."""
        for array, rank, what in zip(inputs, (3, 3, 2), ("boxes", "scores", "anchors"), strict=True):
            need_rank("DetectionPostProcess", array.shape, rank, f"the {what}")
        n = attrs.max_detections * attrs.max_classes_per_detection
        if n < 1:
            raise ShapeError(f"DetectionPostProcess: {n} boxes")
        shapes: list[Any] = [(1, n, 4), (1, n), (1, n), (1,)]
        return [TensorType(FLOAT32, shape) for shape in shapes]
