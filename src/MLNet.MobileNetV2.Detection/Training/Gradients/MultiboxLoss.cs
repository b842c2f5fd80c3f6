using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace MLNet.MobileNetV2.Detection.Training.Gradients;

/// <summary>
/// SSD's loss of one image and its gradient: smooth L1 of the offsets of the anchors that learn a box, and the cross-entropy of classes,
/// each with a sigmoid of its own. Immutable and thread-safe.
/// </summary>
/// <param name="anchors">Number of anchors.</param>
/// <param name="classes">Number of classes, without the background: it is where no class is.</param>
/// <param name="kind">Which anchors count how much.</param>
internal sealed class MultiboxLoss(int anchors, int classes, DetectionLoss kind)
{
    public const float FocalAlpha = 0.25f;

    // Of an image without boxes, as many as of one with a single anchor that learns one.
    private const int NegativesPerPositive = 3;

    /// <summary>Computes the loss, divided by the number of anchors that learn a box, at least 1, and its gradient.</summary>
    /// <param name="logits">A row of anchors for each class.</param>
    /// <param name="offsets">Four rows of anchors.</param>
    /// <param name="target">A row of classes and four of offsets, as <see cref="BoxTargets"/> writes them.</param>
    /// <param name="weight">What the gradient is multiplied by.</param>
    /// <param name="logitGradient">Takes the gradient of the logits.</param>
    /// <param name="offsetGradient">Takes the gradient of the offsets.</param>
    public float Compute(
        ReadOnlySpan<float> logits,
        ReadOnlySpan<float> offsets,
        ReadOnlySpan<float> target,
        float weight,
        Span<float> logitGradient,
        Span<float> offsetGradient)
    {
        float[] memory = ArrayPool<float>.Shared.Rent(4 * anchors);
        Span<float> losses = memory.AsSpan(0, anchors);
        Span<float> share = memory.AsSpan(anchors, anchors);
        Span<float> small = memory.AsSpan(2 * anchors, anchors);
        Span<float> softplus = memory.AsSpan(3 * anchors, anchors);
        ReadOnlySpan<float> wanted = target[..anchors];
        losses.Clear();
        for (int label = 0; label < classes; label++)
        {
            ReadOnlySpan<float> row = logits.Slice(label * anchors, anchors);
            TensorPrimitives.Abs(row, small);
            TensorPrimitives.Negate(small, small);
            TensorPrimitives.Exp(small, small);
            TensorPrimitives.LogP1(small, softplus);
            AddClass(row, wanted, label + 1, small, softplus, losses, logitGradient.Slice(label * anchors, anchors));
        }

        int positives = Choose(wanted, losses, share);
        float factor = 1f / Math.Max(positives, 1);
        double loss = TensorPrimitives.Dot<float>(losses, share);
        TensorPrimitives.Multiply(share, weight * factor, share);
        for (int label = 0; label < classes; label++)
        {
            Span<float> row = logitGradient.Slice(label * anchors, anchors);
            TensorPrimitives.Multiply(row, share, row);
        }

        loss += Offsets(wanted, offsets, target[anchors..], weight * factor, offsetGradient);
        ArrayPool<float>.Shared.Return(memory);
        return (float)(loss * factor);
    }

    // With u the probability of the wrong answer and v its cost, -log(1 - u): v and u, or focal's a u^2 v and a u^2 (2 (1 - u) v + u).
    private void AddClass(
        ReadOnlySpan<float> logits,
        ReadOnlySpan<float> wanted,
        float label,
        ReadOnlySpan<float> exponentials,
        ReadOnlySpan<float> softplus,
        Span<float> losses,
        Span<float> gradient)
    {
        int width = Vector<float>.Count;
        var (one, two, zero) = (Vector<float>.One, new Vector<float>(2), Vector<float>.Zero);
        var (labels, right, wrong) = (new Vector<float>(label), new Vector<float>(FocalAlpha), new Vector<float>(1 - FocalAlpha));
        int i = 0;
        for (; i <= anchors - width; i += width)
        {
            Add(i, new(logits[i..]), new(wanted[i..]), new(exponentials[i..]), new(softplus[i..]), losses, gradient);
        }

        Span<float> padded = stackalloc float[6 * width];
        padded.Clear();
        int rest = anchors - i;
        logits[i..].CopyTo(padded);
        wanted[i..].CopyTo(padded[width..]);
        exponentials[i..].CopyTo(padded[(2 * width)..]);
        softplus[i..].CopyTo(padded[(3 * width)..]);
        losses[i..].CopyTo(padded[(4 * width)..]);
        Add(
            0,
            new(padded),
            new(padded[width..]),
            new(padded[(2 * width)..]),
            new(padded[(3 * width)..]),
            padded[(4 * width)..],
            padded[(5 * width)..]);
        padded.Slice(4 * width, rest).CopyTo(losses[i..]);
        padded.Slice(5 * width, rest).CopyTo(gradient[i..]);

        void Add(
            int place, Vector<float> x, Vector<float> truth, Vector<float> small, Vector<float> log, Span<float> sums, Span<float> slopes)
        {
            Vector<int> isLabel = Vector.Equals(truth, labels);
            Vector<float> turned = Vector.ConditionalSelect(isLabel, -x, x);
            Vector<float> share = one / (one + small);
            Vector<float> u = Vector.ConditionalSelect(Vector.GreaterThanOrEqual(turned, zero), share, small * share);
            Vector<float> v = Vector.Max(turned, zero) + log;
            Vector<float> slope = u;
            if (kind == DetectionLoss.Focal)
            {
                Vector<float> scale = Vector.ConditionalSelect(isLabel, right, wrong) * u * u;
                slope = scale * ((two * (one - u) * v) + u);
                v *= scale;
            }

            (new Vector<float>(sums[place..]) + v).CopyTo(sums[place..]);
            Vector.ConditionalSelect(isLabel, -slope, slope).CopyTo(slopes[place..]);
        }
    }

    // What each anchor counts; returns how many learn a box.
    private int Choose(ReadOnlySpan<float> wanted, ReadOnlySpan<float> losses, Span<float> share)
    {
        int positives = 0;
        var negatives = new List<(float Loss, int Anchor)>(wanted.Length);
        for (int anchor = 0; anchor < wanted.Length; anchor++)
        {
            positives += wanted[anchor] > 0 ? 1 : 0;
            share[anchor] = wanted[anchor] > 0 || (wanted[anchor] == 0 && kind == DetectionLoss.Focal) ? 1 : 0;
            if (wanted[anchor] == 0)
            {
                negatives.Add((losses[anchor], anchor));
            }
        }

        if (kind == DetectionLoss.HardNegatives)
        {
            int count = Math.Min(NegativesPerPositive * Math.Max(positives, 1), negatives.Count);
            CollectionsMarshal.AsSpan(negatives).Sort(
                (a, b) => a.Loss != b.Loss ? b.Loss.CompareTo(a.Loss) : a.Anchor.CompareTo(b.Anchor));
            for (int i = 0; i < count; i++)
            {
                share[negatives[i].Anchor] = 1;
            }
        }

        return positives;
    }

    private double Offsets(
        ReadOnlySpan<float> wanted, ReadOnlySpan<float> offsets, ReadOnlySpan<float> target, float weight, Span<float> gradient)
    {
        double loss = 0;
        gradient.Clear();
        for (int anchor = 0; anchor < anchors; anchor++)
        {
            for (int place = anchor; wanted[anchor] > 0 && place < offsets.Length; place += anchors)
            {
                float difference = offsets[place] - target[place];
                float slope = Math.Clamp(difference, -1, 1);
                loss += slope * (difference - (slope / 2));
                gradient[place] = weight * slope;
            }
        }

        return loss;
    }
}
