namespace Sassnet.Training.Sweeps;

/// <summary>A run of a sweep, a row of its index.</summary>
/// <param name="Index">Counted from 0, as the index of an array job.</param>
/// <param name="Name">The name of the run's folder in the sweep's folder.</param>
/// <param name="Method">The method's name.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Fold">The fold, counted from 0; null in a sweep without folds.</param>
/// <param name="Labels">How many scans are used with their labels; 0 is all.</param>
/// <param name="Config">The run's configuration, relative to the sweep's folder.</param>
public sealed record SweepRun(int Index, string Name, string Method, int Seed, int? Fold, int Labels, string Config);
