"""Operators that TFLite runs as custom ones of a fixed name."""

from __future__ import annotations

from .base import flag, integer, real, row

TABLE = {
    "AudioSpectrogram": row(
        "AudioSpectrogram",
        window_size=integer("window_size"),
        stride=integer("stride"),
        magnitude_squared=flag("magnitude_squared"),
    ),
    "Mfcc": row(
        "Mfcc",
        upper_frequency_limit=real("upper_frequency_limit", 4000.0),
        lower_frequency_limit=real("lower_frequency_limit", 20.0),
        filterbank_channel_count=integer("filterbank_channel_count", 40),
        dct_coefficient_count=integer("dct_coefficient_count", 13),
    ),
    "CTCBeamSearchDecoder": row(
        "CTCBeamSearchDecoder",
        beam_width=integer("beam_width", 100),
        top_paths=integer("top_paths", 1),
        merge_repeated=flag("merge_repeated", default=True),
    ),
    "TFLite_Detection_PostProcess": row(
        "DetectionPostProcess",
        **{name: integer(name) for name in ("max_detections", "max_classes_per_detection", "num_classes")},
        **{
            name: real(name)
            for name in ("nms_score_threshold", "nms_iou_threshold", "y_scale", "x_scale", "h_scale", "w_scale")
        },
        detections_per_class=integer("detections_per_class", 100),
        use_regular_nms=flag("use_regular_nms"),
    ),
}
