namespace MLNet.MobileNetV2.Featurization.Columns;

/// <summary>Some values of a column, by their place.</summary>
internal interface IColumnValues<TValue>
{
    TValue this[int place] { get; }
}
