//! The numbers of a model, as `model.safetensors` has them.
//!
//! Owns the reading of that file and the check of every tensor that is taken from it: its shape, its type, and that each of
//! its numbers is one.

use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensorError, SafeTensors};

use super::OpenError;

/// The tensors of a file that has been read whole.
#[derive(Debug)]
pub struct Tensors<'a> {
    file: SafeTensors<'a>,
    /// What stands before every name, in a model that was saved as a part of a larger one.
    prefix: &'static str,
}

impl<'a> Tensors<'a> {
    /// The tensors in the bytes of a file.
    ///
    /// # Errors
    ///
    /// They are no such file, or not all of it.
    pub fn of(bytes: &'a [u8]) -> Result<Self, OpenError> {
        let damaged = |error| OpenError::Damaged {
            why: match error {
                SafeTensorError::MetadataIncompleteBuffer
                | SafeTensorError::HeaderTooSmall
                | SafeTensorError::InvalidHeaderLength => "it is cut off before its end".to_owned(),
                SafeTensorError::HeaderTooLarge
                | SafeTensorError::InvalidHeader(_)
                | SafeTensorError::InvalidHeaderDeserialization(_) => {
                    "it does not begin as such a file does".to_owned()
                }
                other => other.to_string(),
            },
        };
        Ok(Self { file: SafeTensors::deserialize(bytes).map_err(damaged)?, prefix: "" })
    }

    /// The same with `prefix` before all names, if `name` is there with it only.
    #[must_use]
    pub fn below(mut self, prefix: &'static str, name: &str) -> Self {
        if !self.has(name) && self.has(&format!("{prefix}{name}")) {
            self.prefix = prefix;
        }
        self
    }

    /// Whether there is a tensor of this name.
    pub fn has(&self, name: &str) -> bool {
        self.view(name).is_ok()
    }

    /// The shape of a tensor.
    ///
    /// # Errors
    ///
    /// There is none of this name.
    pub fn shape(&self, name: &str) -> Result<Vec<usize>, OpenError> {
        Ok(self.view(name)?.shape().to_vec())
    }

    /// The numbers of a tensor of this shape, row after row.
    ///
    /// # Errors
    ///
    /// It is missing, has another shape, is of a type that is not read, or holds something that is no number.
    pub fn numbers(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, OpenError> {
        let view = self.view(name)?;
        if view.shape() != shape {
            let (is, wanted) = (format!("{:?}", view.shape()), format!("{shape:?}"));
            return Err(OpenError::Shape { name: name.to_owned(), is, wanted });
        }
        let bytes = view.data();
        let numbers: Vec<f32> = match view.dtype() {
            Dtype::F32 => each(bytes, f32::from_le_bytes),
            Dtype::F64 => each(bytes, |bytes| f64::from_le_bytes(bytes) as f32),
            Dtype::F16 => each(bytes, |bytes| half_to_single(u16::from_le_bytes(bytes))),
            Dtype::BF16 => each(bytes, |bytes| f32::from_bits(u32::from(u16::from_le_bytes(bytes)) << 16)),
            Dtype::I8 => each(bytes, |bytes| f32::from(i8::from_le_bytes(bytes))),
            Dtype::I64 => each(bytes, |bytes| i64::from_le_bytes(bytes) as f32),
            other => return Err(OpenError::Type { name: name.to_owned(), is: format!("{other:?}") }),
        };
        match numbers.iter().all(|number| number.is_finite()) {
            true => Ok(numbers),
            false => Err(OpenError::NotANumber { name: name.to_owned() }),
        }
    }

    fn view(&self, name: &str) -> Result<TensorView<'a>, OpenError> {
        let full = format!("{}{name}", self.prefix);
        self.file.tensor(&full).map_err(|_| OpenError::NoTensor { name: full })
    }
}

fn each<const N: usize>(bytes: &[u8], number: impl Fn([u8; N]) -> f32) -> Vec<f32> {
    bytes.as_chunks::<N>().0.iter().map(|bytes| number(*bytes)).collect()
}

/// IEEE 754 binary16 as binary32.
fn half_to_single(half: u16) -> f32 {
    let sign = if half & 0x8000 == 0 { 1.0 } else { -1.0 };
    let (exponent, fraction) = ((half >> 10) & 0x1f, f32::from(half & 0x3ff));
    let size = match exponent {
        0 => fraction * f32::from_bits(0x3380_0000), // 2^-24
        0x1f if fraction == 0.0 => f32::INFINITY,
        0x1f => f32::NAN,
        exponent => (1.0 + fraction / 1024.0) * f32::from_bits((u32::from(exponent) + 112) << 23),
    };
    sign * size
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_numbers_are_what_the_standard_says() {
        for (half, single) in [
            (0x0000, 0.0),
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x7bff, 65_504.0),
            (0x0400, 6.103_515_6e-5),
            (0x0001, 5.960_464_5e-8),
            (0x3555, 0.333_251_95),
            (0x7c00, f32::INFINITY),
        ] {
            assert_eq!(half_to_single(half), single, "{half:#06x}");
        }
        assert!(half_to_single(0x7e00).is_nan());
    }
}
