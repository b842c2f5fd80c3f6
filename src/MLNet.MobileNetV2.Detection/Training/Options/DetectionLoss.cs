namespace MLNet.MobileNetV2;

/// <summary>What training makes small for the classes of boxes: each class is a question of its own, answered by a sigmoid.</summary>
public enum DetectionLoss
{
    /// <summary>
    /// Cross-entropy of the anchors that learn a box and, for each of these in an image, of the three others that it is largest of (hard
    /// negatives; SSD, arXiv 1512.02325).
    /// </summary>
    HardNegatives,

    /// <summary>
    /// Cross-entropy of every anchor, in which those that are right already count little (focal loss, arXiv 1708.02002, with alpha 0.25 and
    /// gamma 2).
    /// </summary>
    Focal,
}
