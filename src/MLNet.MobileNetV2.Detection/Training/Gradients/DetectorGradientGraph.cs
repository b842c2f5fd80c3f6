using MLNet.MobileNetV2.FineTuning.Gradients;

namespace MLNet.MobileNetV2.Detection.Training.Gradients;

/// <summary>Writes the graph of a detector's training step. Not thread-safe.</summary>
internal sealed class DetectorGradientGraph
{
    private readonly TrainedDetector _detector;
    private readonly MultiboxLoss _loss;
    private readonly AnchorOrder _order;
    private readonly GraphScope _scope;
    private readonly BlockGradients _blocks;
    private readonly List<MapValue> _maps;

    private DetectorGradientGraph(TrainedDetector detector, MultiboxLoss loss, AnchorOrder order, int samples)
    {
        _detector = detector;
        _loss = loss;
        _order = order;
        _scope = new GraphScope(samples);
        var convolutions = new ConvolutionGradients(_scope, epsilon: 0);
        _blocks = new BlockGradients(_scope, new FoldedLayerGradients(_scope, convolutions, withBias: true));
        MapValue last = _blocks.Forward(detector.Backbone, Input(GraphNames.Input));
        MapValue first = detector.FirstMapLayer is { } layer ? _blocks.OutputOf(layer) : Input(TrainedDetector.FirstMap);
        _maps = [first, last];
        foreach (TrainedBlock extra in detector.Extras)
        {
            _maps.Add(_blocks.Forward([extra], _maps[^1]));
        }
    }

    /// <summary>Writes a graph for a number of samples; nothing goes back beyond a depth.</summary>
    public static GradientGraph Write(TrainedDetector detector, MultiboxLoss loss, AnchorOrder order, int samples, int depth)
    {
        var graph = new DetectorGradientGraph(detector, loss, order, samples);
        graph.Backward(depth);
        graph._scope.WriteLast();
        return new(graph._scope);
    }

    private MapValue Input(string name)
    {
        if (_detector.TrainsStem)
        {
            TrainedLayer stem = _detector.Backbone[0].Layers[0];
            return _scope.InputMap(name, stem.KernelRow, stem.OutputSide);
        }

        IReadOnlyList<int> shape = _detector.Layout.Inputs.Single(input => input.Name == name).Shape;
        return _scope.InputMap(name, shape[0], shape[^1]);
    }

    private void Backward(int depth)
    {
        (MapValue Boxes, MapValue Classes)[] predicted =
        [
            .. _detector.Predictors.Zip(_maps, (predictor, map) => (
                _blocks.Forward([predictor.Boxes], map), _blocks.Forward([predictor.Classes], map))),
        ];
        (MapValue Boxes, MapValue Classes)[] slopes = WriteLoss(predicted);

        // The way back through the extra layers, from the smallest map to the backbone's.
        MapValue? fromNext = null;
        for (int map = _maps.Count - 1; map > 0; map--)
        {
            bool isNeeded = map > 1 || (depth > 0 && _detector.Backbone.Count > 0);
            MapValue? gradient = Sum(Predictor(map, slopes[map], isNeeded), fromNext);
            if (map == 1)
            {
                fromNext = gradient;
                break;
            }

            bool goesOn = map > 2 || (depth > 0 && _detector.Backbone.Count > 0);
            TrainedBlock extra = _detector.Extras[map - 2];
            fromNext = _blocks.Backward([extra], gradient!.Value, goesOn ? null : extra.Layers[0]);
        }

        bool reachesFirst = _detector.FirstMapLayer is { } layer && layer.Depth <= depth;
        MapValue? ofFirst = Predictor(0, slopes[0], reachesFirst);
        if (fromNext is { } ofLast)
        {
            TrainedLayer? end = _detector.Backbone.SelectMany(block => block.Layers).First(trained => trained.Depth <= depth);
            _blocks.Backward(_detector.Backbone, ofLast, end, ofFirst is { } side ? (_detector.FirstMapLayer!, side) : null);
        }
    }

    private MapValue? Predictor(int map, (MapValue Boxes, MapValue Classes) slopes, bool isNeeded)
    {
        (TrainedBlock boxes, TrainedBlock classes) = _detector.Predictors[map];
        MapValue? ofBoxes = _blocks.Backward([boxes], slopes.Boxes, isNeeded ? null : boxes.Layers[0]);
        return Sum(ofBoxes, _blocks.Backward([classes], slopes.Classes, isNeeded ? null : classes.Layers[0]));
    }

    private MapValue? Sum(MapValue? gradient, MapValue? other) =>
        gradient is { } one && other is { } two ? _blocks.Sum(one, two) : gradient ?? other;

    private (MapValue Boxes, MapValue Classes)[] WriteLoss((MapValue Boxes, MapValue Classes)[] predicted)
    {
        string targets = _scope.Input(GraphNames.Targets, _scope.Samples, BoxTargets.Values * _order.Count);
        string weights = _scope.Input(GraphNames.Weights, _scope.Samples);
        (MapValue Boxes, MapValue Classes)[] slopes = [.. predicted.Select(pair => (Slope(pair.Boxes), Slope(pair.Classes)))];
        GraphTensor[] values = [.. predicted.SelectMany(pair => (GraphTensor[])[_scope.Tensor(pair.Boxes), _scope.Tensor(pair.Classes)])];
        GraphTensor[] gradients = [.. slopes.SelectMany(pair => (GraphTensor[])[_scope.Tensor(pair.Boxes), _scope.Tensor(pair.Classes)])];
        var exchange = new PredictorExchange(_order, _detector.Weights.Labels.Count, _scope.Samples);
        _scope.Managed(
            [.. values, new(targets, [_scope.Samples, BoxTargets.Values * _order.Count]), new(weights, [_scope.Samples])],
            [.. gradients, _scope.Output(new GraphTensor(GraphNames.Losses, [_scope.Samples]))],
            run =>
            {
                for (int sample = 0; sample < _scope.Samples; sample++)
                {
                    exchange.Compute(run, sample, _loss);
                }
            });
        return slopes;
    }

    private static MapValue Slope(MapValue value) => value with { Name = $"{value.Name}.slope", HasPassedReLU6 = false };
}
